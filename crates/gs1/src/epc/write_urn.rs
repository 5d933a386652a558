//! From a Digital Link to an EPC URN.

use crate::{Error, dictionary::Ai, digital_link::DigitalLink, escape};

/// The EPC URN of a Digital Link whose company prefix has `n_prefix` digits, 6 to 12 (TDS §6.3).
///
/// A class becomes a class URN (a lot) or the ID pattern of all its serials; what narrows a key
/// beyond its EPC (variant, lot beside a serial, attributes) is left out.
///
/// # Errors
/// What is wrong with the link; [`Error::CompanyPrefix`]; [`Error::NoUrn`] for a key without EPC.
pub fn urn(uri: &str, n_prefix: usize) -> Result<String, Error> {
    of_link(&DigitalLink::parse(uri)?, n_prefix)
}

fn of_link(link: &DigitalLink<'_>, n_prefix: usize) -> Result<String, Error> {
    if !(6..=12).contains(&n_prefix) {
        return Err(Error::CompanyPrefix);
    }
    let value = link.value();
    let serial = |ai| link.qualifier(ai).map(escape::urn);
    Ok(match link.key() {
        Ai::GTIN => {
            let item = indicated(&value[..13], n_prefix);
            if let Some(serial) = serial(Ai::SERIAL) {
                format!("urn:epc:id:sgtin:{item}.{serial}")
            } else if let Some(serial) = serial(Ai::TPX) {
                format!("urn:epc:id:upui:{item}.{serial}")
            } else if let Some(lot) = serial(Ai::LOT) {
                format!("urn:epc:class:lgtin:{item}.{lot}")
            } else {
                format!("urn:epc:idpat:sgtin:{item}.*")
            }
        }
        Ai::ITIP => {
            let (item, piece, total) =
                (indicated(&value[..13], n_prefix), &value[14..16], &value[16..]);
            let serial = serial(Ai::SERIAL);
            serialized("itip", &format!("{item}.{piece}.{total}"), serial.as_deref())
        }
        Ai::SSCC => format!("urn:epc:id:sscc:{}", indicated(&value[..17], n_prefix)),
        Ai::GLN => {
            let extension = serial(Ai::GLN_EXTENSION);
            // A lone 0 would be read as no extension (TDS §6.3.3).
            if extension.as_deref() == Some("0") {
                return Err(Error::NoUrn { key: Ai::GLN });
            }
            let extension = extension.as_deref().unwrap_or("0");
            format!("urn:epc:id:sgln:{}.{extension}", plain(&value[..12], n_prefix))
        }
        Ai::PGLN => format!("urn:epc:id:pgln:{}", plain(&value[..12], n_prefix)),
        Ai::GSRN => format!("urn:epc:id:gsrn:{}", plain(&value[..17], n_prefix)),
        Ai::GSRNP => format!("urn:epc:id:gsrnp:{}", plain(&value[..17], n_prefix)),
        Ai::GSIN => format!("urn:epc:id:gsin:{}", plain(&value[..16], n_prefix)),
        // A GRAI begins with a 0 that is not of the company.
        Ai::GRAI => tailed("grai", &value[1..], n_prefix),
        Ai::GDTI => tailed("gdti", value, n_prefix),
        Ai::GCN => tailed("sgcn", value, n_prefix),
        Ai::GIAI => format!("urn:epc:id:giai:{}", free(value, n_prefix)?),
        Ai::GINC => format!("urn:epc:id:ginc:{}", free(value, n_prefix)?),
        Ai::CPID => {
            let serial = serial(Ai::CPID_SERIAL);
            serialized("cpi", &free(value, n_prefix)?, serial.as_deref())
        }
        key => return Err(Error::NoUrn { key }),
    })
}

/// An EPC with its serial, or the pattern of all serials.
fn serialized(scheme: &str, class: &str, serial: Option<&str>) -> String {
    match serial {
        Some(serial) => format!("urn:epc:id:{scheme}:{class}.{serial}"),
        None => format!("urn:epc:idpat:{scheme}:{class}.*"),
    }
}

/// Company prefix and reference.
fn plain(digits: &str, n_prefix: usize) -> String {
    let (prefix, reference) = digits.split_at(n_prefix);
    format!("{prefix}.{reference}")
}

/// The first digit belongs to the reference.
fn indicated(digits: &str, n_prefix: usize) -> String {
    let (indicator, digits) = digits.split_at(1);
    let (prefix, reference) = digits.split_at(n_prefix);
    format!("{prefix}.{indicator}{reference}")
}

/// Thirteen digits with their check digit, and a serial behind them.
fn tailed(scheme: &str, value: &str, n_prefix: usize) -> String {
    let (digits, serial) = value.split_at(13);
    let serial = Some(serial).filter(|serial| !serial.is_empty()).map(escape::urn);
    serialized(scheme, &plain(&digits[..12], n_prefix), serial.as_deref())
}

/// A company prefix and free characters.
fn free(value: &str, n_prefix: usize) -> Result<String, Error> {
    let parts = value.split_at_checked(n_prefix);
    let (prefix, reference) = parts.ok_or(Error::CompanyPrefix)?;
    let is_prefix = prefix.bytes().all(|byte| byte.is_ascii_digit());
    if !is_prefix || reference.is_empty() {
        return Err(Error::CompanyPrefix);
    }
    Ok(format!("{prefix}.{}", escape::urn(reference)))
}
