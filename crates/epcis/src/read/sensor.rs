//! `sensorElementList`: checked, not kept (EPCIS 2.0 §7.3.7).

use super::{Reader, Shape};
use crate::{
    Rule,
    json::{Json, Member},
    report::Pointer,
    vocabulary::{COMPONENT, MEASUREMENT_TYPE, SENSOR_EXCEPTION},
};

const METADATA: &[(&str, Shape)] = &[
    ("time", Shape::Time),
    ("startTime", Shape::Time),
    ("endTime", Shape::Time),
    ("deviceID", Shape::Uri),
    ("deviceMetadata", Shape::Uri),
    ("rawData", Shape::Uri),
    ("dataProcessingMethod", Shape::Uri),
    ("bizRules", Shape::Uri),
];

const REPORT: &[(&str, Shape)] = &[
    ("type", Shape::Word(&MEASUREMENT_TYPE)),
    ("exception", Shape::Word(&SENSOR_EXCEPTION)),
    ("deviceID", Shape::Uri),
    ("deviceMetadata", Shape::Uri),
    ("rawData", Shape::Uri),
    ("dataProcessingMethod", Shape::Uri),
    ("bizRules", Shape::Uri),
    ("time", Shape::Time),
    ("microorganism", Shape::Uri),
    ("chemicalSubstance", Shape::Uri),
    ("value", Shape::Number),
    ("component", Shape::Word(&COMPONENT)),
    ("stringValue", Shape::Text),
    ("booleanValue", Shape::Boolean),
    ("hexBinaryValue", Shape::Hex),
    ("uriValue", Shape::Uri),
    ("minValue", Shape::Number),
    ("maxValue", Shape::Number),
    ("meanValue", Shape::Number),
    ("sDev", Shape::Number),
    ("percRank", Shape::Number),
    ("percValue", Shape::Number),
    ("uom", Shape::Text),
    ("coordinateReferenceSystem", Shape::Uri),
];

impl Reader<'_> {
    /// Checks the list; answers how many elements it has.
    pub(super) fn sensor_elements(&mut self, json: &Json<'_>, at: &Pointer<'_>) -> usize {
        self.each(json, at, |reader, element, at| {
            reader.sensor_element(element, at);
            Some(())
        })
        .len()
    }

    fn sensor_element(&mut self, json: &Json<'_>, at: &Pointer<'_>) {
        let Some(members) = self.object(json, at) else { return };
        let fields = self.fields(members, &["type", "sensorMetadata", "sensorReport"], at);
        if let Some(metadata) = fields.get("sensorMetadata") {
            let at = at.name("sensorMetadata");
            if let Some(members) = self.object(metadata, &at) {
                self.measured(members, METADATA, &at);
            }
        }
        let Some(reports) = fields.get("sensorReport") else {
            return self.missing("sensorReport", at);
        };
        self.each(reports, &at.name("sensorReport"), |reader, report, at| {
            let members = reader.object(report, at)?;
            reader.measured(members, REPORT, at);
            let names = |name: &str| members.iter().any(|member| member.name == name);
            if !names("type") && !names("@type") && !names("exception") {
                reader.fault(at, Rule::MissingField, "type is missing");
            }
            Some(())
        });
    }

    fn measured(&mut self, members: &[Member<'_>], shapes: &[(&str, Shape)], at: &Pointer<'_>) {
        let names: Vec<&str> = shapes.iter().map(|&(name, _)| name).collect();
        let fields = self.fields(members, &names, at);
        for &(name, shape) in shapes {
            if let Some(value) = fields.get(name) {
                self.check(shape, value, &at.name(name));
            }
        }
    }
}
