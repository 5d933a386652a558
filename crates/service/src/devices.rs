//! Which browser came before: a random number in a cookie that only we can sign.
//!
//! Nothing of the device is looked at. A token that was forged, or signed for another purpose, is
//! no token; one that was copied makes its owner nobody but the one it was copied from.

use aws_lc_rs::{constant_time, hmac};
use verdict::DeviceId;

use crate::Service;

/// What the key of tokens is derived for, and so what its tokens are good for.
const PURPOSE: &[u8] = b"suyuan device token v1";

/// Bytes of the signature in a token: nobody guesses 128 bits.
const MAC_BYTES: usize = 16;

/// Signs the tokens of devices.
pub(crate) struct DeviceKey(hmac::Key);

/// A browser that scans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// It brought no token, so it made no scan before that anybody could tell.
    New(DeviceId),
    /// It brought a token.
    Known(DeviceId),
}

impl Device {
    /// Its number.
    pub fn id(self) -> DeviceId {
        let (Self::New(id) | Self::Known(id)) = self;
        id
    }
}

impl DeviceKey {
    /// The key of a platform, which each of its servers derives alike.
    pub(crate) fn of(pin: &mint::PinKey) -> Self {
        let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &pin.to_bytes()[..]), PURPOSE);
        Self(hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()))
    }

    fn mac(&self, id: DeviceId) -> [u8; MAC_BYTES] {
        let tag = hmac::sign(&self.0, &id.0.to_be_bytes());
        let (first, _) = tag.as_ref().split_first_chunk().expect("a tag has 32 bytes");
        *first
    }

    fn token(&self, id: DeviceId) -> String {
        let mac = u128::from_be_bytes(self.mac(id));
        format!("{:016x}{mac:032x}", id.0)
    }

    fn read(&self, token: &str) -> Option<DeviceId> {
        let is_hex = |it: u8| it.is_ascii_digit() || (b'a'..=b'f').contains(&it);
        if token.len() != 16 + 2 * MAC_BYTES || !token.bytes().all(is_hex) {
            return None;
        }
        let (id, mac) = token.split_at(16);
        let id = DeviceId(u64::from_str_radix(id, 16).ok()?);
        let mac = u128::from_str_radix(mac, 16).ok()?.to_be_bytes();
        constant_time::verify_slices_are_equal(&mac, &self.mac(id)).is_ok().then_some(id)
    }
}

impl Service {
    /// The device of a token, if it was one of ours.
    pub fn known_device(&self, token: &str) -> Option<Device> {
        self.device_key().read(token).map(Device::Known)
    }

    /// A device that was never seen.
    pub fn new_device(&self) -> Device {
        Device::New(DeviceId(u64::from_be_bytes(self.random())))
    }

    /// What tells a device from others, for its cookie: 48 hexadecimal digits.
    pub fn device_token(&self, device: Device) -> String {
        self.device_key().token(device.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> DeviceKey {
        DeviceKey::of(&mint::PinKey::from_bytes(&[byte; 32]).expect("32 bytes"))
    }

    #[test]
    fn forged_and_replayed_cookies_are_ignored() {
        let id = DeviceId(0x0123_4567_89ab_cdef);
        let token = key(7).token(id);
        assert_eq!(key(7).read(&token), Some(id));
        assert_eq!(key(8).read(&token), None, "of another platform");
        for at in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[at] = if forged[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(key(7).read(std::str::from_utf8(&forged).expect("ASCII")), None, "{at}");
        }
        // Signed with the same secret, for another purpose.
        let pin_key = mint::PinKey::from_bytes(&[7; 32]).expect("32 bytes");
        let raw = hmac::Key::new(hmac::HMAC_SHA256, &pin_key.to_bytes()[..]);
        let other = hmac::sign(&raw, &id.0.to_be_bytes());
        let (mac, _) = other.as_ref().split_first_chunk().expect("a tag has 32 bytes");
        let replayed = format!("{:016x}{:032x}", id.0, u128::from_be_bytes(*mac));
        assert_eq!(key(7).read(&replayed), None);
        for odd in ["", "0", &token[1..], &token.to_uppercase(), &format!("{token}0")] {
            assert_eq!(key(7).read(odd), None, "{odd:?}");
        }
        assert_eq!(key(7).read(&"+".repeat(48)), None);
        assert_eq!(key(7).read(&"追".repeat(16)), None);
    }
}
