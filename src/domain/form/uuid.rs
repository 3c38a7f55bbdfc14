//! Random UUIDs (RFC 9562, version 4).

/// The UUID that sixteen random bytes make.
pub fn uuid(random: [u8; 16]) -> String {
    let number = u128::from_be_bytes(random);
    // The version, 4, and the variant, binary 10, take the place of six bits.
    let number = number & !(0xf000 << 64) | 0x4000 << 64;
    let number = number & !(0b11 << 62) | 0b10 << 62;
    let hex = format!("{number:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_and_variant_are_in_their_places() {
        assert_eq!(uuid([0; 16]), "00000000-0000-4000-8000-000000000000");
        assert_eq!(uuid([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        let bytes = [0x9b, 0x1d, 0xeb, 0x4d, 0x3b, 0x7d, 0x4b, 0xad, 0x9b, 0xdd, 0x2b, 0x0d, 0x7b, 0x3d, 0xcb, 0x6d];
        assert_eq!(uuid(bytes), "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d");
    }
}
