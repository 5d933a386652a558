//! The Core Business Vocabulary: closed lists of words (CBV 2.0 §7, §8 and §9).
//!
//! A word comes bare (`shipping`), as a compact URI (`cbv:BizStep-shipping`), as a web URI or as
//! an old URN (`urn:epcglobal:cbv:bizstep:shipping`); its canonical form is the web URI.
//! Any other URI is a private term, which the standard allows.

use std::borrow::Cow;

use crate::{
    CbvFormat,
    context::{self, Context},
};

/// One list of words.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    /// For messages.
    pub(crate) name: &'static str,
    /// Stands before a word in its canonical form.
    pub(crate) prefix: &'static str,
    words: &'static [&'static str],
}

/// The old URN prefixes and what replaces them (CBV 2.0 §8.9, rule 14).
const URNS: [(&str, &str); 5] = [
    ("urn:epcglobal:cbv:bizstep:", BIZ_STEP.prefix),
    ("urn:epcglobal:cbv:disp:", DISPOSITION.prefix),
    ("urn:epcglobal:cbv:btt:", BIZ_TRANSACTION_TYPE.prefix),
    ("urn:epcglobal:cbv:sdt:", SOURCE_DEST_TYPE.prefix),
    ("urn:epcglobal:cbv:er:", ERROR_REASON.prefix),
];

/// The bare word of a canonical CBV URI: `shipping` for
/// `https://ref.gs1.org/cbv/BizStep-shipping`. `None` for a private term.
pub fn cbv_word(uri: &str) -> Option<&str> {
    let (_, word) = uri.strip_prefix("https://ref.gs1.org/cbv/")?.split_once('-')?;
    Some(word)
}

/// The business steps of the CBV in canonical form, in its order (CBV 2.0 §7.1).
pub fn cbv_biz_steps() -> impl Iterator<Item = String> {
    BIZ_STEP.uris()
}

/// The dispositions of the CBV in canonical form, in its order (CBV 2.0 §7.2).
pub fn cbv_dispositions() -> impl Iterator<Item = String> {
    DISPOSITION.uris()
}

/// Replaces an old CBV URN.
pub(crate) fn modern(text: &str) -> Cow<'_, str> {
    if text.starts_with("urn:epcglobal:cbv:") {
        for (urn, prefix) in URNS {
            if let Some(word) = text.strip_prefix(urn) {
                return Cow::Owned([prefix, word].concat());
            }
        }
    }
    Cow::Borrowed(text)
}

impl Vocabulary {
    /// The bare word that JSON wants for a word of the standard; any other text as it is.
    pub(crate) fn shortest<'t>(&self, text: &'t str) -> &'t str {
        let of_web = text.strip_prefix(self.prefix);
        let of_urn = || {
            let urn = URNS.iter().find(|(_, prefix)| *prefix == self.prefix);
            urn.and_then(|(urn, _)| text.strip_prefix(urn))
        };
        let of_compact = || {
            let (prefix, rest) = text.split_once(':')?;
            let local = self.prefix.strip_prefix(context::standard(prefix)?)?;
            rest.strip_prefix(local)
        };
        let word = of_web.or_else(of_urn).or_else(of_compact);
        word.filter(|word| self.words.contains(word)).unwrap_or(text)
    }

    /// The canonical form of a term. A bare word that nobody knows comes back as it is, so what
    /// has no colon is a fault.
    pub(crate) fn expand<'t>(&self, text: &'t str, context: &Context) -> Cow<'t, str> {
        self.word(text, context).unwrap_or_else(|| match context.expand(text) {
            Cow::Borrowed(text) => modern(text),
            Cow::Owned(text) => Cow::Owned(text),
        })
    }

    /// All its words in canonical form.
    fn uris(&self) -> impl Iterator<Item = String> + use<> {
        let (prefix, words) = (self.prefix, self.words);
        words.iter().map(move |word| [prefix, word].concat())
    }

    /// Whether a term in canonical form is a word of this vocabulary, not a private term.
    pub(crate) fn has(&self, term: &str) -> bool {
        term.strip_prefix(self.prefix).is_some_and(|word| self.words.contains(&word))
    }

    /// As [`Vocabulary::expand`], in the form that is hashed.
    pub(crate) fn for_hash<'t>(&self, text: &'t str, context: &Context) -> Cow<'t, str> {
        self.word(text, context).unwrap_or_else(|| match context.expand_gs1(text) {
            Cow::Borrowed(text) => modern(text),
            Cow::Owned(text) => Cow::Owned(text),
        })
    }

    /// What a bare word stands for.
    fn word(&self, text: &str, context: &Context) -> Option<Cow<'static, str>> {
        if self.words.contains(&text) {
            return Some(Cow::Owned([self.prefix, text].concat()));
        }
        context.term(text).map(|iri| Cow::Owned(iri.to_owned()))
    }

    /// The word as a web URI, and as a URN if this vocabulary has them; other terms as they are.
    pub(crate) fn uri<'t>(&self, text: &'t str, format: CbvFormat) -> Cow<'t, str> {
        let word = self.shortest(text);
        let is_bare = self.words.contains(&text);
        let urn = URNS.iter().find(|(_, prefix)| *prefix == self.prefix).map(|&(urn, _)| urn);
        let prefix = match format {
            _ if !self.words.contains(&word) => return Cow::Borrowed(text),
            CbvFormat::AlwaysWebUri => self.prefix,
            CbvFormat::AlwaysUrn => urn.unwrap_or(self.prefix),
            CbvFormat::NoPreference | CbvFormat::NeverTranslates if is_bare => self.prefix,
            CbvFormat::NoPreference | CbvFormat::NeverTranslates => return Cow::Borrowed(text),
        };
        Cow::Owned([prefix, word].concat())
    }
}

pub(crate) const BIZ_STEP: Vocabulary = Vocabulary {
    name: "business step",
    prefix: "https://ref.gs1.org/cbv/BizStep-",
    words: &[
        "accepting",
        "arriving",
        "assembling",
        "collecting",
        "commissioning",
        "consigning",
        "creating_class_instance",
        "cycle_counting",
        "decommissioning",
        "departing",
        "destroying",
        "disassembling",
        "dispensing",
        "encoding",
        "entering_exiting",
        "holding",
        "inspecting",
        "installing",
        "killing",
        "loading",
        "other",
        "packing",
        "picking",
        "receiving",
        "removing",
        "repackaging",
        "repairing",
        "replacing",
        "reserving",
        "retail_selling",
        "sampling",
        "sensor_reporting",
        "shipping",
        "staging_outbound",
        "stock_taking",
        "stocking",
        "storing",
        "transporting",
        "unloading",
        "unpacking",
        "void_shipping",
    ],
};

pub(crate) const DISPOSITION: Vocabulary = Vocabulary {
    name: "disposition",
    prefix: "https://ref.gs1.org/cbv/Disp-",
    words: &[
        "active",
        "available",
        "completeness_verified",
        "completeness_inferred",
        "conformant",
        "container_closed",
        "container_open",
        "damaged",
        "destroyed",
        "dispensed",
        "disposed",
        "encoded",
        "expired",
        "in_progress",
        "in_transit",
        "inactive",
        "mismatch_instance",
        "mismatch_class",
        "mismatch_quantity",
        "needs_replacement",
        "no_pedigree_match",
        "non_conformant",
        "non_sellable_other",
        "partially_dispensed",
        "recalled",
        "reserved",
        "retail_sold",
        "returned",
        "sellable_accessible",
        "sellable_not_accessible",
        "stolen",
        "unavailable",
        "unknown",
    ],
};

pub(crate) const BIZ_TRANSACTION_TYPE: Vocabulary = Vocabulary {
    name: "business transaction type",
    prefix: "https://ref.gs1.org/cbv/BTT-",
    words: &[
        "bol",
        "cert",
        "desadv",
        "inv",
        "pedigree",
        "po",
        "poc",
        "prodorder",
        "recadv",
        "rma",
        "testprd",
        "testres",
        "upevt",
    ],
};

pub(crate) const SOURCE_DEST_TYPE: Vocabulary = Vocabulary {
    name: "source or destination type",
    prefix: "https://ref.gs1.org/cbv/SDT-",
    words: &["owning_party", "possessing_party", "location"],
};

pub(crate) const ERROR_REASON: Vocabulary = Vocabulary {
    name: "error reason",
    prefix: "https://ref.gs1.org/cbv/ER-",
    words: &["did_not_occur", "incorrect_data"],
};

pub(crate) const COMPONENT: Vocabulary = Vocabulary {
    name: "component",
    prefix: "https://ref.gs1.org/cbv/Comp-",
    words: &[
        "x",
        "y",
        "z",
        "axial_distance",
        "azimuth",
        "height",
        "spherical_radius",
        "polar_angle",
        "elevation_angle",
        "easting",
        "northing",
        "latitude",
        "longitude",
        "altitude",
    ],
};

pub(crate) const SENSOR_EXCEPTION: Vocabulary = Vocabulary {
    name: "sensor alert type",
    prefix: "https://gs1.org/voc/",
    words: &["ALARM_CONDITION", "ERROR_CONDITION"],
};

pub(crate) const MEASUREMENT_TYPE: Vocabulary = Vocabulary {
    name: "measurement type",
    prefix: "https://gs1.org/voc/",
    words: &[
        "AbsoluteHumidity",
        "AbsorbedDose",
        "AbsorbedDoseRate",
        "Acceleration",
        "Radioactivity",
        "Altitude",
        "AmountOfSubstance",
        "AmountOfSubstancePerUnitVolume",
        "Angle",
        "AngularAcceleration",
        "AngularMomentum",
        "AngularVelocity",
        "Area",
        "Capacitance",
        "Conductance",
        "Conductivity",
        "Count",
        "Density",
        "Dimensionless",
        "DoseEquivalent",
        "DoseEquivalentRate",
        "DynamicViscosity",
        "EffectiveDose",
        "EffectiveDoseRate",
        "ElectricCharge",
        "ElectricCurrent",
        "ElectricCurrentDensity",
        "ElectricFieldStrength",
        "Energy",
        "Exposure",
        "Force",
        "Frequency",
        "Illuminance",
        "Inductance",
        "Irradiance",
        "KinematicViscosity",
        "Length",
        "LinearMomentum",
        "Luminance",
        "LuminousFlux",
        "LuminousIntensity",
        "MagneticFlux",
        "MagneticFluxDensity",
        "MagneticVectorPotential",
        "Mass",
        "MassConcentration",
        "MassFlowRate",
        "MassPerAreaTime",
        "MemoryCapacity",
        "MolalityOfSolute",
        "MolarEnergy",
        "MolarMass",
        "MolarVolume",
        "Power",
        "Pressure",
        "RadiantFlux",
        "RadiantIntensity",
        "RelativeHumidity",
        "Resistance",
        "Resistivity",
        "SolidAngle",
        "SpecificVolume",
        "Speed",
        "SurfaceDensity",
        "SurfaceTension",
        "Temperature",
        "Time",
        "Torque",
        "Voltage",
        "Volume",
        "VolumeFlowRate",
        "VolumeFraction",
        "VolumetricFlux",
        "Wavenumber",
    ],
};
