use super::{Event, Fault, JsonError, Scanner};

/// The only value of a text, which is an object: without the space around it.
///
/// # Errors
///
/// Not JSON, another kind of value, or something behind it.
pub fn one_object(text: &str) -> Result<&str, JsonError> {
    let mut scanner = Scanner::new(text);
    let object = next_object(text, &mut scanner)?;
    scanner.finish()?;
    Ok(object)
}

/// The objects of a text, which has commas between them or is one array of them.
///
/// ```
/// use sriov_nad::json::objects;
///
/// assert_eq!(objects(r#" {"type": "vrf"}, {} "#)?, [r#"{"type": "vrf"}"#, "{}"]);
/// assert_eq!(objects(r#"[{"type": "vrf"}, {}]"#)?, [r#"{"type": "vrf"}"#, "{}"]);
/// assert_eq!(objects("{},").unwrap_err().to_string(), "expected an object at byte 3");
/// # Ok::<(), sriov_nad::json::JsonError>(())
/// ```
///
/// # Errors
///
/// Not JSON, no object at all outside an array, another kind of value in its place, or something
/// behind the last one.
pub fn objects(text: &str) -> Result<Vec<&str>, JsonError> {
    let mut scanner = Scanner::new(text);
    if scanner.peek() == Some(b'[') {
        return elements(text, scanner);
    }
    let mut objects = Vec::with_capacity(1);
    loop {
        objects.push(next_object(text, &mut scanner)?);
        match scanner.peek() {
            None => return Ok(objects),
            Some(b',') => scanner = Scanner::at(text, scanner.offset() + 1),
            Some(_) => return Err(scanner.fault(Fault::Expected("`,` or the end"))),
        }
    }
}

/// Reads a value that has to be an object.
fn next_object<'a>(text: &'a str, scanner: &mut Scanner<'a>) -> Result<&'a str, JsonError> {
    if scanner.peek() != Some(b'{') {
        return Err(scanner.fault(Fault::Expected("an object")));
    }
    let start = scanner.offset();
    scanner.try_for_each(|event| event.map(drop))?;
    Ok(text.get(start..scanner.offset()).unwrap_or_default())
}

/// The objects of an array. A fault within an element comes before the wrong kind of a later one.
fn elements<'a>(text: &'a str, mut scanner: Scanner<'a>) -> Result<Vec<&'a str>, JsonError> {
    let (mut objects, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    while let Some(event) = scanner.next() {
        let before = scanner.offset() - 1;
        match event? {
            Event::ArrayStart if depth == 0 => depth = 1,
            Event::ArrayEnd if depth == 1 => depth = 0,
            Event::ObjectStart if depth == 1 => (depth, start) = (2, before),
            Event::ObjectStart | Event::ArrayStart if depth > 1 => depth += 1,
            Event::ObjectEnd if depth == 2 => {
                depth = 1;
                objects.push(text.get(start..scanner.offset()).unwrap_or_default());
            }
            Event::ObjectEnd | Event::ArrayEnd => depth -= 1,
            _ if depth > 1 => {}
            Event::String(raw) | Event::Number(raw) | Event::Word(raw) => {
                return Err(JsonError::new(scanner.offset() - raw.len(), OBJECT));
            }
            _ => return Err(JsonError::new(before, OBJECT)),
        }
    }
    scanner.finish()?;
    Ok(objects)
}

const OBJECT: Fault = Fault::Expected("an object");
