//! Where the people live: the division of each city, its middle, and how many live there.

use verdict::{Area, Position};

/// A city: GB/T 2260 division, degrees north and east in 10^-6, inhabitants in millions.
pub(super) struct Place {
    division: u32,
    north_e6: i32,
    east_e6: i32,
    pub(super) millions: u64,
}

const fn place(division: u32, north_e6: i32, east_e6: i32, millions: u64) -> Place {
    Place { division, north_e6, east_e6, millions }
}

/// Cities of each province that has large ones; positions to some kilometres, people roughly.
pub(super) const PLACES: [Place; 46] = [
    place(110_000, 39_904_000, 116_407_000, 22),
    place(120_000, 39_084_000, 117_201_000, 14),
    place(130_100, 38_042_000, 114_515_000, 11),
    place(130_200, 39_630_000, 118_180_000, 8),
    place(140_100, 37_870_000, 112_549_000, 5),
    place(150_100, 40_842_000, 111_749_000, 3),
    place(210_100, 41_805_000, 123_431_000, 9),
    place(210_200, 38_914_000, 121_615_000, 7),
    place(220_100, 43_817_000, 125_324_000, 9),
    place(230_100, 45_803_000, 126_535_000, 10),
    place(310_000, 31_230_000, 121_474_000, 25),
    place(320_100, 32_060_000, 118_797_000, 9),
    place(320_200, 31_491_000, 120_312_000, 7),
    place(320_500, 31_299_000, 120_585_000, 13),
    place(330_100, 30_274_000, 120_155_000, 12),
    place(330_200, 29_875_000, 121_550_000, 9),
    place(330_300, 27_994_000, 120_699_000, 10),
    place(340_100, 31_821_000, 117_227_000, 9),
    place(350_100, 26_074_000, 119_297_000, 8),
    place(350_200, 24_480_000, 118_089_000, 5),
    place(360_100, 28_683_000, 115_858_000, 6),
    place(370_100, 36_651_000, 117_120_000, 9),
    place(370_200, 36_067_000, 120_383_000, 10),
    place(370_600, 37_464_000, 121_448_000, 7),
    place(410_100, 34_746_000, 113_625_000, 13),
    place(410_300, 34_620_000, 112_454_000, 7),
    place(420_100, 30_593_000, 114_305_000, 13),
    place(420_500, 30_692_000, 111_286_000, 4),
    place(430_100, 28_228_000, 112_939_000, 10),
    place(440_100, 23_129_000, 113_264_000, 18),
    place(440_300, 22_543_000, 114_058_000, 17),
    place(440_600, 23_022_000, 113_122_000, 9),
    place(450_100, 22_817_000, 108_367_000, 8),
    place(460_100, 20_044_000, 110_199_000, 3),
    place(500_000, 29_563_000, 106_552_000, 32),
    place(510_100, 30_573_000, 104_067_000, 21),
    place(510_700, 31_468_000, 104_680_000, 5),
    place(520_100, 26_647_000, 106_630_000, 6),
    place(530_100, 25_039_000, 102_718_000, 8),
    place(540_100, 29_650_000, 91_114_000, 1),
    place(610_100, 34_341_000, 108_940_000, 13),
    place(620_100, 36_061_000, 103_834_000, 4),
    place(630_100, 36_617_000, 101_778_000, 2),
    place(640_100, 38_487_000, 106_231_000, 3),
    place(650_100, 43_826_000, 87_617_000, 4),
    place(650_200, 45_580_000, 84_889_000, 1),
];

/// Cities where mobile networks let their subscribers into the internet.
pub(super) const GATEWAYS: [u32; 5] = [110_000, 310_000, 440_100, 420_100, 510_100];

impl Place {
    pub(super) fn area(&self) -> Area {
        Area::Division(self.division)
    }

    pub(super) fn province(&self) -> u32 {
        self.division / 10_000
    }

    pub(super) fn is_gateway(&self) -> bool {
        GATEWAYS.contains(&self.division)
    }

    /// The middle of it, or a point as far from it as the offsets say, in 10^-6 degrees.
    pub(super) fn position(&self, north_e6: i32, east_e6: i32) -> Option<Position> {
        Position::new(self.north_e6 + north_e6, self.east_e6 + east_e6)
    }
}
