//! Cities of the scans, by their GB/T 2260 divisions.

use crate::Names;

/// A city.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct City {
    /// GB/T 2260 division of the city level, or of the province for the four municipalities.
    pub division: &'static str,
    /// What it is called.
    pub names: Names,
}

const fn city(
    division: &'static str,
    zh: &'static str,
    ko: &'static str,
    en: &'static str,
) -> City {
    City { division, names: Names { zh, ko, en } }
}

/// Where the consumers of the scenario live.
pub const CITIES: [City; 12] = [
    city("110000", "北京市", "베이징시", "Beijing"),
    city("120000", "天津市", "톈진시", "Tianjin"),
    city("210100", "沈阳市", "선양시", "Shenyang"),
    city("310000", "上海市", "상하이시", "Shanghai"),
    city("320100", "南京市", "난징시", "Nanjing"),
    city("330100", "杭州市", "항저우시", "Hangzhou"),
    city("420100", "武汉市", "우한시", "Wuhan"),
    city("440100", "广州市", "광저우시", "Guangzhou"),
    city("500000", "重庆市", "충칭시", "Chongqing"),
    city("510100", "成都市", "청두시", "Chengdu"),
    city("610100", "西安市", "시안시", "Xi'an"),
    city("650100", "乌鲁木齐市", "우루무치시", "Urumqi"),
];
