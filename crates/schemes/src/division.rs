//! 行政区划代码, the six digits of a Chinese administrative division (GB/T 2260).
//!
//! Two digits each for province, city and county; `00` stands for the whole.
//! Only the provinces are listed here, since they do not change; the divisions below them are
//! revised every year and belong into a dated table.

use std::fmt;

use crate::{Error, Warning, error::check_digits};

/// A division code, six digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Division([u8; 6]);

/// How far down a division is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DivisionLevel {
    /// 省级.
    Province,
    /// 地级.
    City,
    /// 县级.
    County,
}

/// A division of the first level.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Province {
    /// The first two digits of its divisions.
    pub code: &'static str,
    /// The character on number plates and licences.
    pub short: &'static str,
    /// The full Chinese name.
    pub zh: &'static str,
    /// The Korean name.
    pub ko: &'static str,
    /// The English name.
    pub en: &'static str,
}

impl Division {
    /// Reads six digits.
    ///
    /// # Errors
    /// [`Error::Character`], [`Error::Length`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        check_digits(text, 6)?;
        Ok(Self(text.as_bytes().try_into().expect("six digits are six bytes")))
    }

    /// The six digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("digits are ASCII")
    }

    /// The division at `level` that it is or lies in; itself if it is no smaller.
    #[must_use]
    pub fn at(&self, level: DivisionLevel) -> Self {
        let Self([p0, p1, c0, c1, ..]) = *self;
        match level {
            DivisionLevel::Province => Self([p0, p1, b'0', b'0', b'0', b'0']),
            DivisionLevel::City => Self([p0, p1, c0, c1, b'0', b'0']),
            DivisionLevel::County => *self,
        }
    }

    /// How far down it is.
    pub fn level(&self) -> DivisionLevel {
        match (&self.as_str()[2..4], &self.as_str()[4..]) {
            ("00", "00") => DivisionLevel::Province,
            (_, "00") => DivisionLevel::City,
            _ => DivisionLevel::County,
        }
    }

    /// The province it is or lies in, if there is such a one.
    pub fn province(&self) -> Option<&'static Province> {
        PROVINCES.iter().find(|province| province.code == &self.as_str()[..2])
    }

    /// What looks wrong: the province.
    pub fn warnings(&self) -> Vec<Warning> {
        match self.province() {
            Some(_) => Vec::new(),
            None => vec![Warning::UnknownProvince { code: self.as_str()[..2].to_owned() }],
        }
    }
}

impl fmt::Display for Division {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

const fn province(
    code: &'static str,
    short: &'static str,
    zh: &'static str,
    ko: &'static str,
    en: &'static str,
) -> Province {
    Province { code, short, zh, ko, en }
}

/// The 34 divisions of the first level, in the order of their codes.
/// Korean spells 山西 and 陕西 alike, so the characters follow there.
pub const PROVINCES: [Province; 34] = [
    province("11", "京", "北京市", "베이징시", "Beijing"),
    province("12", "津", "天津市", "톈진시", "Tianjin"),
    province("13", "冀", "河北省", "허베이성", "Hebei"),
    province("14", "晋", "山西省", "산시성(山西)", "Shanxi"),
    province("15", "蒙", "内蒙古自治区", "네이멍구자치구", "Inner Mongolia"),
    province("21", "辽", "辽宁省", "랴오닝성", "Liaoning"),
    province("22", "吉", "吉林省", "지린성", "Jilin"),
    province("23", "黑", "黑龙江省", "헤이룽장성", "Heilongjiang"),
    province("31", "沪", "上海市", "상하이시", "Shanghai"),
    province("32", "苏", "江苏省", "장쑤성", "Jiangsu"),
    province("33", "浙", "浙江省", "저장성", "Zhejiang"),
    province("34", "皖", "安徽省", "안후이성", "Anhui"),
    province("35", "闽", "福建省", "푸젠성", "Fujian"),
    province("36", "赣", "江西省", "장시성", "Jiangxi"),
    province("37", "鲁", "山东省", "산둥성", "Shandong"),
    province("41", "豫", "河南省", "허난성", "Henan"),
    province("42", "鄂", "湖北省", "후베이성", "Hubei"),
    province("43", "湘", "湖南省", "후난성", "Hunan"),
    province("44", "粤", "广东省", "광둥성", "Guangdong"),
    province("45", "桂", "广西壮族自治区", "광시좡족자치구", "Guangxi"),
    province("46", "琼", "海南省", "하이난성", "Hainan"),
    province("50", "渝", "重庆市", "충칭시", "Chongqing"),
    province("51", "川", "四川省", "쓰촨성", "Sichuan"),
    province("52", "贵", "贵州省", "구이저우성", "Guizhou"),
    province("53", "云", "云南省", "윈난성", "Yunnan"),
    province("54", "藏", "西藏自治区", "시짱자치구", "Tibet"),
    province("61", "陕", "陕西省", "산시성(陕西)", "Shaanxi"),
    province("62", "甘", "甘肃省", "간쑤성", "Gansu"),
    province("63", "青", "青海省", "칭하이성", "Qinghai"),
    province("64", "宁", "宁夏回族自治区", "닝샤후이족자치구", "Ningxia"),
    province("65", "新", "新疆维吾尔自治区", "신장웨이우얼자치구", "Xinjiang"),
    province("71", "台", "台湾省", "타이완성", "Taiwan"),
    province("81", "港", "香港特别行政区", "홍콩특별행정구", "Hong Kong"),
    province("82", "澳", "澳门特别行政区", "마카오특별행정구", "Macao"),
];
