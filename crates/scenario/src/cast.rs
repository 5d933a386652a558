//! Who there is and what they make. Everybody here is invented.

use crate::number;
use crate::picture::{Motif, Picture};
use crate::random::Random;
use crate::{Enterprise, Licence, Names, Product};

pub(crate) const COSMETICS: usize = 0;
pub(crate) const BICYCLES: usize = 1;
pub(crate) const DAIRY: usize = 2;
pub(crate) const BEAUTY_DEALER: usize = 3;
pub(crate) const CARRIER: usize = 4;
pub(crate) const COLD_CARRIER: usize = 5;
pub(crate) const CHENGDU_DEALER: usize = 6;
pub(crate) const GUANGZHOU_DEALER: usize = 7;
pub(crate) const BEIJING_SHOP: usize = 8;
pub(crate) const HANGZHOU_SHOP: usize = 9;
pub(crate) const CERTIFIER: usize = 10;
pub(crate) const BATTERIES: usize = 11;
pub(crate) const PACKAGING: usize = 12;
pub(crate) const CREAMERY: usize = 13;
pub(crate) const TRIAL: usize = 14;

/// Products; each has one batch, with the same index.
pub(crate) const SERUM: usize = 0;
pub(crate) const HAND_CREAM: usize = 1;
pub(crate) const BICYCLE: usize = 2;
pub(crate) const HELMET: usize = 3;
pub(crate) const MILK: usize = 4;
pub(crate) const CHEESE: usize = 5;
pub(crate) const SAMPLE: usize = 6;

/// Where an enterprise is registered, and so its scheme and its clocks.
enum Home {
    /// With its GB/T 2260 division.
    China(&'static str),
    Korea,
    NewZealand,
}

struct Role {
    names: [&'static str; 3],
    enterprise_type: &'static str,
    home: Home,
    address: &'static str,
    contact: &'static str,
}

/// In the order of the constants above.
const ROLES: [Role; 15] = [
    Role {
        names: ["海松化妆品株式会社", "주식회사 해솔코스메틱", "Haesol Cosmetics Co., Ltd."],
        enterprise_type: "producer",
        home: Home::Korea,
        address: "충청북도 청주시 흥덕구 오송읍 솔향로 21",
        contact: "+82-43-000-0121",
    },
    Role {
        names: [
            "江苏青隼电动车有限公司",
            "장쑤 칭쑨 전기자전거",
            "Jiangsu Qingsun E-Bike Co., Ltd.",
        ],
        enterprise_type: "producer-high-value",
        home: Home::China("320205"),
        address: "江苏省无锡市锡山区青隼路8号",
        contact: "0510-0000-0118",
    },
    Role {
        names: ["上海牧云乳品进出口有限公司", "상하이 무윈 유제품", "Shanghai Muyun Dairy Imports"],
        enterprise_type: "importer",
        home: Home::China("310115"),
        address: "上海市浦东新区牧云路66号",
        contact: "021-0000-0166",
    },
    Role {
        names: [
            "上海澜汐化妆品贸易有限公司",
            "상하이 란시 화장품무역",
            "Shanghai Lanxi Beauty Trading",
        ],
        enterprise_type: "dealer",
        home: Home::China("310105"),
        address: "上海市长宁区澜汐路100号",
        contact: "021-0000-0100",
    },
    Role {
        names: ["远帆港通供应链有限公司", "위안판 항만물류", "Yuanfan Harbour Logistics"],
        enterprise_type: "logistics",
        home: Home::China("310115"),
        address: "上海市浦东新区远帆路1号",
        contact: "021-0000-0101",
    },
    Role {
        names: ["北极星冷链物流有限公司", "북극성 콜드체인", "Polaris Cold Chain"],
        enterprise_type: "logistics",
        home: Home::China("310115"),
        address: "上海市浦东新区北极星路5号",
        contact: "021-0000-0105",
    },
    Role {
        names: ["成都蜀禾商贸有限公司", "청두 수허 상무", "Chengdu Shuhe Trading"],
        enterprise_type: "dealer",
        home: Home::China("510107"),
        address: "四川省成都市武侯区蜀禾街12号",
        contact: "028-0000-0112",
    },
    Role {
        names: ["广州粤诚贸易有限公司", "광저우 웨청 무역", "Guangzhou Yuecheng Trading"],
        enterprise_type: "dealer",
        home: Home::China("440106"),
        address: "广东省广州市天河区粤诚路30号",
        contact: "020-0000-0130",
    },
    Role {
        names: ["北京四合良品超市有限公司", "베이징 쓰허량핀 마트", "Beijing Sihe Goods Market"],
        enterprise_type: "dealer",
        home: Home::China("110105"),
        address: "北京市朝阳区四合路9号",
        contact: "010-0000-0109",
    },
    Role {
        names: ["杭州轻骑车行", "항저우 칭치 자전거", "Hangzhou Light Rider"],
        enterprise_type: "dealer",
        home: Home::China("330106"),
        address: "浙江省杭州市西湖区轻骑路3号",
        contact: "0571-0000-0103",
    },
    Role {
        names: ["华衡认证（北京）有限公司", "화형 인증(베이징)", "Huaheng Certification (Beijing)"],
        enterprise_type: "certifier",
        home: Home::China("110108"),
        address: "北京市海淀区华衡路18号",
        contact: "010-0000-0118",
    },
    Role {
        names: ["常州储源电池有限公司", "창저우 추위안 배터리", "Changzhou Chuyuan Batteries"],
        enterprise_type: "producer",
        home: Home::China("320411"),
        address: "江苏省常州市新北区储源路7号",
        contact: "0519-0000-0107",
    },
    Role {
        names: ["苏州清禾食品包装有限公司", "쑤저우 칭허 식품포장", "Suzhou Qinghe Food Packaging"],
        enterprise_type: "producer-mass",
        home: Home::China("320505"),
        address: "江苏省苏州市虎丘区清禾路15号",
        contact: "0512-0000-0115",
    },
    Role {
        names: ["绿湾乳品厂", "그린베이 유가공", "Greenbay Creamery Ltd"],
        enterprise_type: "producer",
        home: Home::NewZealand,
        address: "12 Greenbay Road, Waikato, New Zealand",
        contact: "+64-7-000-0112",
    },
    Role {
        names: ["溯源试用中心", "쑤위안 체험센터", "Suyuan Trial Centre"],
        enterprise_type: "platform",
        home: Home::China("110108"),
        address: "北京市海淀区溯源路1号",
        contact: "010-0000-0100",
    },
];

pub(crate) fn enterprises(random: &mut Random) -> Vec<Enterprise> {
    ROLES.iter().enumerate().map(|(index, role)| enterprise(random, index, role)).collect()
}

fn enterprise(random: &mut Random, index: usize, role: &Role) -> Enterprise {
    let (registration_scheme, registration_number, utc_offset_hours) = match role.home {
        Home::China(division) => ("uscc", number::uscc(random, division), 8),
        Home::Korea => ("kr-brn", number::business_number(random), 9),
        Home::NewZealand => ("other", format!("GLN {}", number::gln(index, 1)), 12),
    };
    let [zh, ko, en] = role.names;
    Enterprise {
        names: Names { zh, ko, en },
        enterprise_type: role.enterprise_type,
        registration_scheme,
        registration_number,
        address: role.address,
        contact: role.contact,
        gln: number::gln(index, 1),
        utc_offset_hours,
        licences: licences(random, index),
    }
}

fn licences(random: &mut Random, enterprise: usize) -> Vec<Licence> {
    match enterprise {
        BICYCLES => vec![Licence::Ccc(format!("2026011119{}", random.digits(6)))],
        // Food class 05 is dairy: the importer cuts and packs cheese itself.
        DAIRY => vec![Licence::FoodProduction(number::sc(random, "05", "310115"))],
        PACKAGING => {
            let number = format!("(苏)XK16-204-{}", random.digits(5));
            vec![Licence::IndustrialProduction(number)]
        }
        _ => Vec::new(),
    }
}

struct Line {
    enterprise: usize,
    names: [&'static str; 3],
    product_type: [&'static str; 3],
    specification: &'static str,
    /// Item reference of its GTIN.
    item_reference: Option<u32>,
    shelf_life_days: Option<u32>,
    motif: Motif,
}

/// In the order of the constants above.
const LINES: [Line; 7] = [
    Line {
        enterprise: COSMETICS,
        names: ["海松松叶精华液", "해솔 솔잎 세럼", "Haesol Pine Needle Serum"],
        product_type: ["化妆品", "화장품", "Cosmetics"],
        specification: "30 mL",
        item_reference: Some(101),
        shelf_life_days: Some(1095),
        motif: Motif::Bottle,
    },
    Line {
        enterprise: COSMETICS,
        names: ["海松护手霜", "해솔 핸드크림", "Haesol Hand Cream"],
        product_type: ["化妆品", "화장품", "Cosmetics"],
        specification: "50 mL",
        item_reference: Some(102),
        shelf_life_days: Some(1095),
        motif: Motif::Tube,
    },
    Line {
        enterprise: BICYCLES,
        names: ["青隼电动自行车", "칭쑨 전기자전거", "Qingsun Electric Bicycle"],
        product_type: ["电动自行车", "전기자전거", "Electric bicycle"],
        specification: "TDT-0126Z 48V 12Ah 400W",
        item_reference: Some(201),
        shelf_life_days: None,
        motif: Motif::Bicycle,
    },
    Line {
        enterprise: BICYCLES,
        names: ["青隼骑行头盔", "칭쑨 자전거 헬멧", "Qingsun Riding Helmet"],
        product_type: ["电动自行车乘员头盔", "헬멧", "Helmet"],
        specification: "QS-H2 M 55–59 cm",
        item_reference: Some(202),
        shelf_life_days: None,
        motif: Motif::Helmet,
    },
    Line {
        enterprise: DAIRY,
        names: ["绿湾全脂纯牛奶", "그린베이 멸균우유", "Greenbay Whole Milk UHT"],
        product_type: ["进口乳品", "수입 유제품", "Imported dairy"],
        specification: "250 mL × 24",
        item_reference: Some(301),
        shelf_life_days: Some(365),
        motif: Motif::Carton,
    },
    Line {
        enterprise: DAIRY,
        names: ["牧云切达奶酪", "무윈 체다 치즈", "Muyun Cheddar"],
        product_type: ["乳制品", "유제품", "Dairy"],
        specification: "200 g",
        item_reference: None,
        shelf_life_days: Some(180),
        motif: Motif::Cheese,
    },
    Line {
        enterprise: TRIAL,
        names: ["溯源码试用标签", "체험용 라벨", "Trial label"],
        product_type: ["样品", "견본", "Sample"],
        specification: "20 mm × 30 mm",
        item_reference: None,
        shelf_life_days: None,
        motif: Motif::Tag,
    },
];

pub(crate) fn products() -> Vec<Product> {
    LINES.iter().map(product).collect()
}

fn product(line: &Line) -> Product {
    let names = |[zh, ko, en]: [&'static str; 3]| Names { zh, ko, en };
    Product {
        enterprise: line.enterprise,
        names: names(line.names),
        product_type: names(line.product_type),
        specification: line.specification,
        gtin: line.item_reference.map(|reference| number::gtin(line.enterprise, reference)),
        shelf_life_days: line.shelf_life_days,
        picture: Picture(line.motif),
    }
}
