use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::DocumentError;
use super::path::{KeyPath, Segment};
use super::scalar::Scalar;
use super::tree::{Key, Node, Value};

/// The way from the root to a value, kept on the stack: it is spelled out only for an error.
#[derive(Clone, Copy)]
pub(super) enum Trail<'a> {
    Root(&'a KeyPath),
    Key(&'a Trail<'a>, &'a str),
    Index(&'a Trail<'a>, usize),
}

impl Trail<'_> {
    fn path(&self) -> KeyPath {
        match self {
            Self::Root(path) => (*path).clone(),
            Self::Key(parent, name) => parent.path().key(name),
            Self::Index(parent, index) => parent.path().with(Segment::Index(*index)),
        }
    }
}

/// Serde's view of a value.
#[derive(Clone, Copy)]
pub(super) struct Reader<'de, 'a> {
    pub(super) node: &'de Node,
    pub(super) trail: Trail<'a>,
}

impl<'de> Reader<'de, '_> {
    /// Reads a value; errors that have no place yet get this one.
    pub(super) fn read<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, DocumentError> {
        let place = |error: DocumentError| error.within(|| self.trail.path(), self.node.at);
        seed.deserialize(self).map_err(place)
    }

    fn expected(&self, wanted: &str) -> DocumentError {
        DocumentError::custom(format_args!("expected {wanted}, found {}", self.node.describe()))
    }

    fn scalar(&self, wanted: &str) -> Result<&'de Scalar, DocumentError> {
        match &self.node.value {
            Value::Scalar(scalar) if !scalar.is_null() => Ok(scalar),
            _ => Err(self.expected(wanted)),
        }
    }

    fn integer(&self, min: i128, max: i128) -> Result<i128, DocumentError> {
        let number = self.scalar("a whole number")?.as_integer();
        let number = number.ok_or_else(|| self.expected("a whole number"))?;
        if (min..=max).contains(&number) {
            return Ok(number);
        }
        let range = format_args!("{number} is not a whole number from {min} to {max}");
        Err(DocumentError::custom(range))
    }
}

/// Whole numbers, with their range in the error.
macro_rules! integers {
    ($($method:ident $visit:ident $number:ty;)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DocumentError> {
            let number = self.integer(<$number>::MIN.into(), <$number>::MAX.into())?;
            let number = <$number>::try_from(number).map_err(DocumentError::custom)?;
            visitor.$visit(number)
        }
    )+};
}

impl<'de> Deserializer<'de> for Reader<'de, '_> {
    type Error = DocumentError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DocumentError> {
        let scalar = match &self.node.value {
            Value::List(_) => return self.deserialize_seq(visitor),
            Value::Map(_) => return self.deserialize_map(visitor),
            Value::Scalar(scalar) if scalar.is_null() => return visitor.visit_unit(),
            Value::Scalar(scalar) => scalar,
        };
        if let Some(word) = scalar.as_bool() {
            return visitor.visit_bool(word);
        }
        match scalar.as_integer().map(|number| (u64::try_from(number), i64::try_from(number))) {
            Some((Ok(number), _)) => return visitor.visit_u64(number),
            Some((_, Ok(number))) => return visitor.visit_i64(number),
            _ => {}
        }
        match scalar.as_float() {
            Some(number) => visitor.visit_f64(number),
            None => visitor.visit_borrowed_str(&scalar.text),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DocumentError> {
        let word = self.scalar("true or false")?.as_bool();
        visitor.visit_bool(word.ok_or_else(|| self.expected("true or false"))?)
    }

    integers! {
        deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DocumentError> {
        let number = self.scalar("a number")?.as_float();
        visitor.visit_f64(number.ok_or_else(|| self.expected("a number"))?)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DocumentError> {
        self.deserialize_f64(visitor)
    }

    /// Any scalar is text as well: a PCI id may look like a number.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DocumentError> {
        visitor.visit_borrowed_str(&self.scalar("text")?.text)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DocumentError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DocumentError> {
        if self.node.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DocumentError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DocumentError> {
        let Value::List(items) = &self.node.value else { return Err(self.expected("a list")) };
        visitor.visit_seq(Items { rest: items.iter(), next: 0, trail: self.trail })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DocumentError> {
        let Value::Map(entries) = &self.node.value else { return Err(self.expected("a mapping")) };
        visitor.visit_map(Entries { rest: entries.iter(), value: None, trail: self.trail })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DocumentError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DocumentError> {
        match &self.node.value {
            Value::Scalar(_) => {
                visitor.visit_enum(self.scalar("a word")?.text.as_str().into_deserializer())
            }
            Value::Map(entries) => match entries.as_slice() {
                [(key, value)] => visitor.visit_enum(Variant { key, value, trail: self.trail }),
                _ => Err(DocumentError::custom("expected a mapping with exactly one key")),
            },
            Value::List(_) => Err(self.expected("a word")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(
        self,
        visitor: V,
    ) -> Result<V::Value, DocumentError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct identifier
    }
}

struct Items<'de, 'a> {
    rest: std::slice::Iter<'de, Node>,
    next: usize,
    trail: Trail<'a>,
}

impl<'de> SeqAccess<'de> for Items<'de, '_> {
    type Error = DocumentError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DocumentError> {
        let Some(node) = self.rest.next() else { return Ok(None) };
        let trail = Trail::Index(&self.trail, self.next);
        self.next += 1;
        Reader { node, trail }.read(seed).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

struct Entries<'de, 'a> {
    rest: std::slice::Iter<'de, (Key, Node)>,
    value: Option<(&'de Key, &'de Node)>,
    trail: Trail<'a>,
}

impl<'de> MapAccess<'de> for Entries<'de, '_> {
    type Error = DocumentError;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DocumentError> {
        let Some((key, node)) = self.rest.next() else { return Ok(None) };
        self.value = Some((key, node));
        let place =
            |error: DocumentError| error.within(|| self.trail.path().key(&key.name), key.at);
        let name = serde::de::value::BorrowedStrDeserializer::new(&key.name);
        seed.deserialize(name).map(Some).map_err(place)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, DocumentError> {
        let Some((key, node)) = self.value.take() else {
            return Err(DocumentError::custom("a value was asked for before its key"));
        };
        Reader { node, trail: Trail::Key(&self.trail, &key.name) }.read(seed)
    }
}

/// A variant with a value, written as a mapping of one key.
struct Variant<'de, 'a> {
    key: &'de Key,
    value: &'de Node,
    trail: Trail<'a>,
}

impl<'de> EnumAccess<'de> for Variant<'de, '_> {
    type Error = DocumentError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self), DocumentError> {
        let place = |error: DocumentError| {
            error.within(|| self.trail.path().key(&self.key.name), self.key.at)
        };
        let name = serde::de::value::BorrowedStrDeserializer::new(&self.key.name);
        seed.deserialize(name).map_err(place).map(|variant| (variant, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de, '_> {
    type Error = DocumentError;

    fn unit_variant(self) -> Result<(), DocumentError> {
        self.newtype_variant_seed(std::marker::PhantomData::<()>)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<S::Value, DocumentError> {
        Reader { node: self.value, trail: Trail::Key(&self.trail, &self.key.name) }.read(seed)
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, DocumentError> {
        self.newtype_variant_seed(Shape { visitor, list: true })
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DocumentError> {
        self.newtype_variant_seed(Shape { visitor, list: false })
    }
}

/// A visitor that knows which shape it wants, as a seed.
struct Shape<V> {
    visitor: V,
    list: bool,
}

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Shape<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<V::Value, D::Error> {
        if self.list {
            reader.deserialize_seq(self.visitor)
        } else {
            reader.deserialize_map(self.visitor)
        }
    }
}
