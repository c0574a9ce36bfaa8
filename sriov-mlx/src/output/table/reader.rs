use super::heading::Heading;
use super::line::{Line, ends_table, lines};
use super::missing::Groups;
use super::row;
use crate::output::OutputError;
use crate::output::device::{DeviceReading, Gathering};
use crate::output::text::{excerpt, told};

/// Reads all devices of an output.
pub(super) fn read(text: &str) -> Result<Vec<DeviceReading>, OutputError> {
    let mut reader = Reader::default();
    for line in lines(text) {
        reader.line(line)?;
    }
    reader.end_device()?;
    if reader.done.is_empty() { Err(OutputError::NoTable) } else { Ok(reader.done) }
}

#[derive(Default)]
struct Reader {
    done: Vec<DeviceReading>,
    device: Option<Device>,
}

/// The device whose lines are read.
#[derive(Default)]
struct Device {
    /// `Device #1`, if the tool counts them.
    title: Option<String>,
    gathering: Gathering,
    heading: Option<Heading>,
    in_table: bool,
    missing: Groups,
}

impl Reader {
    fn line(&mut self, line: Line<'_>) -> Result<(), OutputError> {
        if line.text.starts_with("Device #") {
            self.end_device()?;
            let title = Some(excerpt(line.text.trim_end_matches(':')));
            self.device = Some(Device { title, ..Device::default() });
        } else if let Some(columns) = line.text.strip_prefix("Configurations:") {
            self.begin_table(columns)?;
        } else if let Some(device) = &mut self.device {
            device.line(line);
        } else if line.text.starts_with("Device type:") {
            let mut device = Device::default();
            device.header(line.text);
            self.device = Some(device);
        }
        Ok(())
    }

    fn begin_table(&mut self, columns: &str) -> Result<(), OutputError> {
        if self.device.as_ref().is_some_and(|device| device.heading.is_some()) {
            self.end_device()?;
        }
        let heading = Heading::of(columns)
            .ok_or_else(|| OutputError::Heading { columns: excerpt(columns) })?;
        let device = self.device.get_or_insert_default();
        device.gathering.told.reading.columns = heading.told();
        device.heading = Some(heading);
        device.in_table = true;
        Ok(())
    }

    fn end_device(&mut self) -> Result<(), OutputError> {
        let Some(device) = self.device.take() else { return Ok(()) };
        if device.gathering.is_empty() {
            let named = device.gathering.told.device.or(device.title);
            return Err(
                named.map_or(OutputError::NoTable, |device| OutputError::NoTableOf { device })
            );
        }
        let mut reading = device.gathering.finish();
        reading.reading.missing = device.missing.finish();
        self.done.push(reading);
        Ok(())
    }
}

impl Device {
    fn line(&mut self, line: Line<'_>) {
        self.in_table &= !ends_table(line.text);
        self.missing.read(line);
        if self.heading.is_none() {
            self.header(line.text);
        } else if let Some(heading) = self.heading.as_ref().filter(|_| self.in_table)
            && !line.text.trim_ascii().is_empty()
        {
            match row::read(line, heading) {
                Ok(row) => self.gathering.add(Some(line.number), row.name, row.param, row.new),
                Err(bad) => self.gathering.spoil(Some(line.number), &bad.name, bad.message),
            }
        }
    }

    fn header(&mut self, line: &str) {
        let Some((label, text)) = line.split_once(':') else { return };
        let device = &mut self.gathering.told;
        let field = match label {
            "Device type" => &mut device.reading.identity.device_type,
            "Name" => &mut device.reading.identity.name,
            "Description" => &mut device.reading.identity.description,
            "Device" | "PCI device" => &mut device.device,
            _ => return,
        };
        *field = told(text);
    }
}
