//! Units of measure: codes of UN/CEFACT Recommendation 20 and what they are in SI units.
//!
//! A value in one unit matches a parameter in another of the same dimension (EPCIS 2.0
//! §8.2.7.1, the parameters with `uom`). A unit that is not in the table matches itself only.

/// What a unit measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dimension {
    Temperature,
    Length,
    Area,
    Volume,
    Mass,
    Time,
    Speed,
    Pressure,
    Energy,
    Power,
    Voltage,
    Current,
    Resistance,
    Conductance,
    Capacitance,
    Inductance,
    Frequency,
    Angle,
    Force,
    Torque,
    Density,
    VolumeFlow,
    Amount,
    Share,
    Information,
    Radioactivity,
    AbsorbedDose,
    DoseEquivalent,
}

/// One unit: `value · factor + offset` is the value in the SI unit.
struct Unit {
    code: &'static str,
    dimension: Dimension,
    factor: f64,
    offset: f64,
}

const fn unit(code: &'static str, dimension: Dimension, factor: f64) -> Unit {
    Unit { code, dimension, factor, offset: 0.0 }
}

/// A pound is 0.45359237 kg, an inch 0.0254 m, and whatever is made of them follows.
const UNITS: &[Unit] = {
    use Dimension::*;
    const POUND: f64 = 0.453_592_37;
    const INCH: f64 = 0.025_4;
    const FOOT: f64 = 12.0 * INCH;
    const YARD: f64 = 3.0 * FOOT;
    const MILE: f64 = 1_609.344;
    const NAUTICAL_MILE: f64 = 1_852.0;
    const US_GALLON: f64 = 0.003_785_411_784;
    const UK_GALLON: f64 = 0.004_546_09;
    const HOUR: f64 = 3_600.0;
    const DEGREE: f64 = std::f64::consts::PI / 180.0;
    &[
        unit("KEL", Temperature, 1.0),
        Unit { code: "CEL", dimension: Temperature, factor: 1.0, offset: 273.15 },
        Unit { code: "FAH", dimension: Temperature, factor: 5.0 / 9.0, offset: 459.67 * 5.0 / 9.0 },
        unit("A48", Temperature, 5.0 / 9.0),
        unit("MTR", Length, 1.0),
        unit("KMT", Length, 1e3),
        unit("DMT", Length, 0.1),
        unit("CMT", Length, 0.01),
        unit("MMT", Length, 1e-3),
        unit("4H", Length, 1e-6),
        unit("C45", Length, 1e-9),
        unit("INH", Length, INCH),
        unit("FOT", Length, FOOT),
        unit("YRD", Length, YARD),
        unit("SMI", Length, MILE),
        unit("NMI", Length, NAUTICAL_MILE),
        unit("MTK", Area, 1.0),
        unit("KMK", Area, 1e6),
        unit("DMK", Area, 0.01),
        unit("CMK", Area, 1e-4),
        unit("MMK", Area, 1e-6),
        unit("HAR", Area, 1e4),
        unit("ARE", Area, 100.0),
        unit("INK", Area, INCH * INCH),
        unit("FTK", Area, FOOT * FOOT),
        unit("YDK", Area, YARD * YARD),
        unit("MIK", Area, MILE * MILE),
        unit("MTQ", Volume, 1.0),
        unit("DMQ", Volume, 1e-3),
        unit("CMQ", Volume, 1e-6),
        unit("MMQ", Volume, 1e-9),
        unit("HLT", Volume, 0.1),
        unit("LTR", Volume, 1e-3),
        unit("DLT", Volume, 1e-4),
        unit("CLT", Volume, 1e-5),
        unit("MLT", Volume, 1e-6),
        unit("4G", Volume, 1e-9),
        unit("INQ", Volume, INCH * INCH * INCH),
        unit("FTQ", Volume, FOOT * FOOT * FOOT),
        unit("YDQ", Volume, YARD * YARD * YARD),
        unit("GLL", Volume, US_GALLON),
        unit("GLI", Volume, UK_GALLON),
        unit("OZA", Volume, US_GALLON / 128.0),
        unit("OZI", Volume, UK_GALLON / 160.0),
        unit("KGM", Mass, 1.0),
        unit("TNE", Mass, 1e3),
        unit("DTN", Mass, 100.0),
        unit("HGM", Mass, 0.1),
        unit("GRM", Mass, 1e-3),
        unit("DG", Mass, 1e-4),
        unit("CGM", Mass, 1e-5),
        unit("MGM", Mass, 1e-6),
        unit("MC", Mass, 1e-9),
        unit("LBR", Mass, POUND),
        unit("ONZ", Mass, POUND / 16.0),
        unit("STI", Mass, POUND * 14.0),
        unit("STN", Mass, POUND * 2_000.0),
        unit("LTN", Mass, POUND * 2_240.0),
        unit("SEC", Time, 1.0),
        unit("C26", Time, 1e-3),
        unit("B98", Time, 1e-6),
        unit("C47", Time, 1e-9),
        unit("MIN", Time, 60.0),
        unit("HUR", Time, HOUR),
        unit("DAY", Time, 24.0 * HOUR),
        unit("WEE", Time, 168.0 * HOUR),
        unit("MTS", Speed, 1.0),
        unit("C16", Speed, 1e-3),
        unit("2M", Speed, 0.01),
        unit("KMH", Speed, 1e3 / HOUR),
        unit("HM", Speed, MILE / HOUR),
        unit("KNT", Speed, NAUTICAL_MILE / HOUR),
        unit("FS", Speed, FOOT),
        unit("PAL", Pressure, 1.0),
        unit("A97", Pressure, 100.0),
        unit("KPA", Pressure, 1e3),
        unit("MPA", Pressure, 1e6),
        unit("BAR", Pressure, 1e5),
        unit("MBR", Pressure, 100.0),
        unit("ATM", Pressure, 101_325.0),
        unit("ATT", Pressure, 98_066.5),
        unit("PS", Pressure, POUND * 9.806_65 / (INCH * INCH)),
        unit("JOU", Energy, 1.0),
        unit("KJO", Energy, 1e3),
        unit("3B", Energy, 1e6),
        unit("GV", Energy, 1e9),
        unit("WHR", Energy, HOUR),
        unit("KWH", Energy, 1e3 * HOUR),
        unit("MWH", Energy, 1e6 * HOUR),
        unit("GWH", Energy, 1e9 * HOUR),
        unit("WTT", Power, 1.0),
        unit("C31", Power, 1e-3),
        unit("KWT", Power, 1e3),
        unit("MAW", Power, 1e6),
        unit("A90", Power, 1e9),
        unit("VLT", Voltage, 1.0),
        unit("2Z", Voltage, 1e-3),
        unit("D82", Voltage, 1e-6),
        unit("KVT", Voltage, 1e3),
        unit("B78", Voltage, 1e6),
        unit("AMP", Current, 1.0),
        unit("4K", Current, 1e-3),
        unit("B84", Current, 1e-6),
        unit("B22", Current, 1e3),
        unit("OHM", Resistance, 1.0),
        unit("B49", Resistance, 1e3),
        unit("B75", Resistance, 1e6),
        unit("SIE", Conductance, 1.0),
        unit("C27", Conductance, 1e-3),
        unit("B99", Conductance, 1e-6),
        unit("FAR", Capacitance, 1.0),
        unit("4O", Capacitance, 1e-6),
        unit("C41", Capacitance, 1e-9),
        unit("4T", Capacitance, 1e-12),
        unit("81", Inductance, 1.0),
        unit("C14", Inductance, 1e-3),
        unit("B90", Inductance, 1e-6),
        unit("HTZ", Frequency, 1.0),
        unit("KHZ", Frequency, 1e3),
        unit("MHZ", Frequency, 1e6),
        unit("A86", Frequency, 1e9),
        unit("C81", Angle, 1.0),
        unit("C25", Angle, 1e-3),
        unit("DD", Angle, DEGREE),
        unit("D61", Angle, DEGREE / 60.0),
        unit("D62", Angle, DEGREE / 3_600.0),
        unit("NEW", Force, 1.0),
        unit("B47", Force, 1e3),
        unit("B73", Force, 1e6),
        unit("NU", Torque, 1.0),
        unit("B48", Torque, 1e3),
        unit("KMQ", Density, 1.0),
        unit("GL", Density, 1.0),
        unit("23", Density, 1e3),
        unit("B35", Density, 1e3),
        unit("A93", Density, 1e-3),
        unit("M1", Density, 1e-3),
        unit("GP", Density, 1e-6),
        unit("GQ", Density, 1e-9),
        unit("MQS", VolumeFlow, 1.0),
        unit("MQH", VolumeFlow, 1.0 / HOUR),
        unit("L2", VolumeFlow, 1e-3 / 60.0),
        unit("C34", Amount, 1.0),
        unit("C18", Amount, 1e-3),
        unit("B45", Amount, 1e3),
        unit("C62", Share, 1.0),
        unit("P1", Share, 0.01),
        unit("NX", Share, 1e-3),
        unit("59", Share, 1e-6),
        unit("61", Share, 1e-9),
        unit("A99", Information, 1.0),
        unit("AD", Information, 8.0),
        unit("2P", Information, 8e3),
        unit("4L", Information, 8e6),
        unit("E34", Information, 8e9),
        unit("E35", Information, 8e12),
        unit("BQL", Radioactivity, 1.0),
        unit("2Q", Radioactivity, 1e3),
        unit("4N", Radioactivity, 1e6),
        unit("GBQ", Radioactivity, 1e9),
        unit("CUR", Radioactivity, 3.7e10),
        unit("A95", AbsorbedDose, 1.0),
        unit("C13", AbsorbedDose, 1e-3),
        unit("D13", DoseEquivalent, 1.0),
        unit("C28", DoseEquivalent, 1e-3),
    ]
};

/// Two measurements brought to one unit, or none if nothing relates their units.
pub(super) fn common(left: (f64, &str), right: (f64, &str)) -> Option<(f64, f64)> {
    if left.1 == right.1 {
        return Some((left.0, right.0));
    }
    let find = |code: &str| UNITS.iter().find(|unit| unit.code == code);
    let (from, to) = (find(left.1)?, find(right.1)?);
    let si = |value: f64, unit: &Unit| value * unit.factor + unit.offset;
    (from.dimension == to.dimension).then(|| (si(left.0, from), si(right.0, to)))
}

#[cfg(test)]
mod tests {
    use super::{UNITS, common};

    #[test]
    fn codes_are_codes_and_stand_once() {
        for (index, unit) in UNITS.iter().enumerate() {
            assert!(matches!(unit.code.len(), 2 | 3), "{}", unit.code);
            assert!(UNITS[..index].iter().all(|other| other.code != unit.code), "{}", unit.code);
        }
    }

    #[test]
    fn measurements_are_brought_to_one_unit() {
        for (left, right) in [
            ((8.0, "CEL"), (46.4, "FAH")),
            ((-40.0, "CEL"), (-40.0, "FAH")),
            ((273.15, "KEL"), (0.0, "CEL")),
            ((1.0, "TNE"), (1_000_000.0, "GRM")),
            ((1.0, "LBR"), (16.0, "ONZ")),
            ((1.0, "KWH"), (3.6, "3B")),
            ((1.0, "BAR"), (14.503_773_773_02, "PS")),
            ((36.0, "KMH"), (10.0, "MTS")),
            ((1.0, "GLL"), (3.785_411_784, "LTR")),
            ((50.0, "P1"), (0.5, "C62")),
            ((180.0, "DD"), (std::f64::consts::PI, "C81")),
            ((1.0, "B35"), (1.0, "23")),
        ] {
            let (a, b) = common(left, right).unwrap();
            assert!((a - b).abs() <= 1e-9 * a.abs(), "{left:?} {right:?}: {a} {b}");
        }
        assert_eq!(common((1.0, "KGM"), (1.0, "MTR")), None);
        assert_eq!(common((1.0, "XPK"), (1.0, "XPL")), None);
        assert_eq!(common((1.0, "XPK"), (2.0, "XPK")), Some((1.0, 2.0)));
    }
}
