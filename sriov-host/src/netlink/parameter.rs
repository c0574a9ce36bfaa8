use super::attribute::Attribute;
use super::devlink::about;
use super::generic::HEADER;
use super::{AttributeWriter, Malformed, Message, Request};
use crate::seam::{DevlinkDevice, DevlinkParameter, ParameterMode, ParameterValue};

const DEVLINK_CMD_PARAM_GET: u8 = 38;
const DEVLINK_CMD_PARAM_SET: u8 = 39;
const DEVLINK_ATTR_PARAM: u16 = 80;
const DEVLINK_ATTR_PARAM_NAME: u16 = 81;
const DEVLINK_ATTR_PARAM_GENERIC: u16 = 82;
const DEVLINK_ATTR_PARAM_TYPE: u16 = 83;
const DEVLINK_ATTR_PARAM_VALUES_LIST: u16 = 84;
const DEVLINK_ATTR_PARAM_VALUE: u16 = 85;
const DEVLINK_ATTR_PARAM_VALUE_DATA: u16 = 86;
const DEVLINK_ATTR_PARAM_VALUE_CMODE: u16 = 87;

const TYPE_U8: u8 = 1;
const TYPE_U16: u8 = 2;
const TYPE_U32: u8 = 3;
const TYPE_U64: u8 = 4;
const TYPE_STRING: u8 = 5;
const TYPE_FLAG: u8 = 6;

/// The request for a parameter of a device.
pub fn parameter_get(family: u16, device: &DevlinkDevice, name: &str) -> Request {
    about(family, DEVLINK_CMD_PARAM_GET, device).with(|attributes| {
        attributes.text(DEVLINK_ATTR_PARAM_NAME, name);
    })
}

/// The request that sets a parameter of a device. Its attributes are not nested, other than those
/// of the kernel's answers.
pub fn parameter_set(
    family: u16,
    device: &DevlinkDevice,
    name: &str,
    mode: ParameterMode,
    value: &ParameterValue,
) -> Request {
    about(family, DEVLINK_CMD_PARAM_SET, device).with(|attributes| {
        attributes.text(DEVLINK_ATTR_PARAM_NAME, name);
        attributes.u8(DEVLINK_ATTR_PARAM_TYPE, type_of(value));
        attributes.u8(DEVLINK_ATTR_PARAM_VALUE_CMODE, number_of(mode));
        write_data(attributes, value);
    })
}

/// Decodes a parameter. Modes that are not known here are left out: they cannot be asked for.
///
/// # Errors
///
/// [`Malformed`], also for a type that is not known here.
pub fn decode_parameter(message: &Message) -> Result<DevlinkParameter, Malformed> {
    for attribute in message.attributes(HEADER) {
        let attribute = attribute?;
        if attribute.kind == DEVLINK_ATTR_PARAM {
            return parameter(&attribute);
        }
    }
    Err(Malformed::new(message.payload.len(), "a parameter"))
}

fn parameter(nest: &Attribute<'_>) -> Result<DevlinkParameter, Malformed> {
    let mut parameter = DevlinkParameter::default();
    let (mut kind, mut list) = (None, None);
    for attribute in nest.attributes() {
        let attribute = attribute?;
        match attribute.kind {
            DEVLINK_ATTR_PARAM_GENERIC => parameter.generic = true,
            DEVLINK_ATTR_PARAM_TYPE => kind = Some(attribute.u8()?),
            DEVLINK_ATTR_PARAM_VALUES_LIST => list = Some(attribute),
            _ => {}
        }
    }
    let kind = kind.ok_or_else(|| nest.malformed("a parameter with a type"))?;
    for attribute in list.iter().flat_map(Attribute::attributes) {
        let attribute = attribute?;
        if attribute.kind == DEVLINK_ATTR_PARAM_VALUE
            && let Some((mode, value)) = value(&attribute, kind)?
        {
            parameter.values.insert(mode, value);
        }
    }
    Ok(parameter)
}

fn value(
    nest: &Attribute<'_>,
    kind: u8,
) -> Result<Option<(ParameterMode, ParameterValue)>, Malformed> {
    let (mut mode, mut data) = (None, None);
    for attribute in nest.attributes() {
        let attribute = attribute?;
        match attribute.kind {
            DEVLINK_ATTR_PARAM_VALUE_CMODE => mode = Some(attribute.u8()?),
            DEVLINK_ATTR_PARAM_VALUE_DATA => data = Some(attribute),
            _ => {}
        }
    }
    let mode = mode.ok_or_else(|| nest.malformed("a value with a mode"))?;
    let Some(mode) = mode_of(mode) else { return Ok(None) };
    Ok(Some((mode, data_of(nest, kind, data.as_ref())?)))
}

/// A switch is on if its data is there, and empty.
fn data_of(
    nest: &Attribute<'_>,
    kind: u8,
    data: Option<&Attribute<'_>>,
) -> Result<ParameterValue, Malformed> {
    let data = match (kind, data) {
        (TYPE_FLAG, None) => return Ok(ParameterValue::Bool(false)),
        (TYPE_FLAG, Some(data)) if data.payload.is_empty() => {
            return Ok(ParameterValue::Bool(true));
        }
        (TYPE_FLAG, Some(data)) => return Err(data.malformed("a switch without data")),
        (_, None) => return Err(nest.malformed("a value with data")),
        (_, Some(data)) => data,
    };
    match kind {
        TYPE_U8 => data.u8().map(ParameterValue::U8),
        TYPE_U16 => data.u16().map(ParameterValue::U16),
        TYPE_U32 => data.u32().map(ParameterValue::U32),
        TYPE_U64 => data.u64().map(ParameterValue::U64),
        TYPE_STRING => data.text().map(|text| ParameterValue::Text(text.to_owned())),
        _ => Err(nest.malformed("a parameter of a type that is known")),
    }
}

const fn type_of(value: &ParameterValue) -> u8 {
    match value {
        ParameterValue::U8(_) => TYPE_U8,
        ParameterValue::U16(_) => TYPE_U16,
        ParameterValue::U32(_) => TYPE_U32,
        ParameterValue::U64(_) => TYPE_U64,
        ParameterValue::Text(_) => TYPE_STRING,
        ParameterValue::Bool(_) => TYPE_FLAG,
    }
}

fn write_data(attributes: &mut AttributeWriter, value: &ParameterValue) {
    const DATA: u16 = DEVLINK_ATTR_PARAM_VALUE_DATA;
    match value {
        ParameterValue::Bool(false) => attributes,
        ParameterValue::Bool(true) => attributes.bytes(DATA, &[]),
        ParameterValue::U8(number) => attributes.u8(DATA, *number),
        ParameterValue::U16(number) => attributes.u16(DATA, *number),
        ParameterValue::U32(number) => attributes.u32(DATA, *number),
        ParameterValue::U64(number) => attributes.bytes(DATA, &number.to_ne_bytes()),
        ParameterValue::Text(text) => attributes.text(DATA, text),
    };
}

const fn mode_of(number: u8) -> Option<ParameterMode> {
    match number {
        0 => Some(ParameterMode::Runtime),
        1 => Some(ParameterMode::DriverInit),
        2 => Some(ParameterMode::Permanent),
        _ => None,
    }
}

const fn number_of(mode: ParameterMode) -> u8 {
    match mode {
        ParameterMode::Runtime => 0,
        ParameterMode::DriverInit => 1,
        ParameterMode::Permanent => 2,
    }
}
