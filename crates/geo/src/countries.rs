//! Countries by their two letters (ISO 3166-1), with names of the Unicode CLDR (release 48).
//!
//! 香港, 澳门 and 台湾 are no rows: they are divisions of GB/T 2260.

use std::fmt;

/// A country.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country(u8);

/// One country with its names.
struct Row {
    code: &'static str,
    zh: &'static str,
    ko: &'static str,
    en: &'static str,
}

impl Country {
    /// 中国.
    pub const CHINA: Self = Self(CHINA as u8);

    /// The country of two capital letters.
    pub fn of_code(code: &str) -> Option<Self> {
        let at = COUNTRIES.binary_search_by(|row| row.code.cmp(code)).ok()?;
        u8::try_from(at).ok().map(Self)
    }

    /// The country of a Chinese name, as `ip2region` writes it.
    pub(crate) fn of_chinese(name: &str) -> Option<Self> {
        let at = COUNTRIES.iter().position(|row| row.zh == name);
        let alias = || ALIASES.iter().find(|(alias, _)| *alias == name);
        match at {
            Some(at) => u8::try_from(at).ok().map(Self),
            None => alias().and_then(|(_, code)| Self::of_code(code)),
        }
    }

    /// Its two letters.
    pub fn code(self) -> &'static str {
        self.row().code
    }

    /// Its Chinese name.
    pub fn zh(self) -> &'static str {
        self.row().zh
    }

    /// Its Korean name.
    pub fn ko(self) -> &'static str {
        self.row().ko
    }

    /// Its English name.
    pub fn en(self) -> &'static str {
        self.row().en
    }

    fn row(self) -> &'static Row {
        &COUNTRIES[usize::from(self.0)]
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Other names that `ip2region` has for countries of the table.
const ALIASES: [(&str, &str); 9] = [
    ("阿联酋", "AE"),
    ("孟加拉", "BD"),
    ("多米尼加", "DO"),
    ("波黑", "BA"),
    ("留尼旺", "RE"),
    ("巴勒斯坦", "PS"),
    ("马其顿", "MK"),
    ("刚果金", "CD"),
    ("刚果布", "CG"),
];

const fn country(code: &'static str, zh: &'static str, ko: &'static str, en: &'static str) -> Row {
    Row { code, zh, ko, en }
}

const CHINA: usize = {
    let mut at = 0;
    while !matches!(COUNTRIES[at].code.as_bytes(), b"CN") {
        at += 1;
    }
    at
};

/// In the order of their codes.
const COUNTRIES: &[Row] = &[
    country("AD", "安道尔", "안도라", "Andorra"),
    country("AE", "阿拉伯联合酋长国", "아랍에미리트", "United Arab Emirates"),
    country("AF", "阿富汗", "아프가니스탄", "Afghanistan"),
    country("AG", "安提瓜和巴布达", "앤티가 바부다", "Antigua & Barbuda"),
    country("AI", "安圭拉", "앵귈라", "Anguilla"),
    country("AL", "阿尔巴尼亚", "알바니아", "Albania"),
    country("AM", "亚美尼亚", "아르메니아", "Armenia"),
    country("AO", "安哥拉", "앙골라", "Angola"),
    country("AQ", "南极洲", "남극 대륙", "Antarctica"),
    country("AR", "阿根廷", "아르헨티나", "Argentina"),
    country("AS", "美属萨摩亚", "아메리칸 사모아", "American Samoa"),
    country("AT", "奥地利", "오스트리아", "Austria"),
    country("AU", "澳大利亚", "오스트레일리아", "Australia"),
    country("AW", "阿鲁巴", "아루바", "Aruba"),
    country("AX", "奥兰群岛", "올란드 제도", "Åland Islands"),
    country("AZ", "阿塞拜疆", "아제르바이잔", "Azerbaijan"),
    country("BA", "波斯尼亚和黑塞哥维那", "보스니아 헤르체고비나", "Bosnia & Herzegovina"),
    country("BB", "巴巴多斯", "바베이도스", "Barbados"),
    country("BD", "孟加拉国", "방글라데시", "Bangladesh"),
    country("BE", "比利时", "벨기에", "Belgium"),
    country("BF", "布基纳法索", "부르키나파소", "Burkina Faso"),
    country("BG", "保加利亚", "불가리아", "Bulgaria"),
    country("BH", "巴林", "바레인", "Bahrain"),
    country("BI", "布隆迪", "부룬디", "Burundi"),
    country("BJ", "贝宁", "베냉", "Benin"),
    country("BL", "圣巴泰勒米", "생바르텔레미", "St. Barthélemy"),
    country("BM", "百慕大", "버뮤다", "Bermuda"),
    country("BN", "文莱", "브루나이", "Brunei"),
    country("BO", "玻利维亚", "볼리비아", "Bolivia"),
    country("BQ", "荷属加勒比区", "네덜란드령 카리브", "Caribbean Netherlands"),
    country("BR", "巴西", "브라질", "Brazil"),
    country("BS", "巴哈马", "바하마", "Bahamas"),
    country("BT", "不丹", "부탄", "Bhutan"),
    country("BV", "布韦岛", "부베섬", "Bouvet Island"),
    country("BW", "博茨瓦纳", "보츠와나", "Botswana"),
    country("BY", "白俄罗斯", "벨라루스", "Belarus"),
    country("BZ", "伯利兹", "벨리즈", "Belize"),
    country("CA", "加拿大", "캐나다", "Canada"),
    country("CC", "科科斯（基林）群岛", "코코스 제도", "Cocos (Keeling) Islands"),
    country("CD", "刚果（金）", "콩고-킨샤사", "Congo - Kinshasa"),
    country("CF", "中非共和国", "중앙 아프리카 공화국", "Central African Republic"),
    country("CG", "刚果（布）", "콩고-브라자빌", "Congo - Brazzaville"),
    country("CH", "瑞士", "스위스", "Switzerland"),
    country("CI", "科特迪瓦", "코트디부아르", "Côte d’Ivoire"),
    country("CK", "库克群岛", "쿡 제도", "Cook Islands"),
    country("CL", "智利", "칠레", "Chile"),
    country("CM", "喀麦隆", "카메룬", "Cameroon"),
    country("CN", "中国", "중국", "China"),
    country("CO", "哥伦比亚", "콜롬비아", "Colombia"),
    country("CR", "哥斯达黎加", "코스타리카", "Costa Rica"),
    country("CU", "古巴", "쿠바", "Cuba"),
    country("CV", "佛得角", "카보베르데", "Cape Verde"),
    country("CW", "库拉索", "퀴라소", "Curaçao"),
    country("CX", "圣诞岛", "크리스마스섬", "Christmas Island"),
    country("CY", "塞浦路斯", "키프로스", "Cyprus"),
    country("CZ", "捷克", "체코", "Czechia"),
    country("DE", "德国", "독일", "Germany"),
    country("DJ", "吉布提", "지부티", "Djibouti"),
    country("DK", "丹麦", "덴마크", "Denmark"),
    country("DM", "多米尼克", "도미니카", "Dominica"),
    country("DO", "多米尼加共和国", "도미니카 공화국", "Dominican Republic"),
    country("DZ", "阿尔及利亚", "알제리", "Algeria"),
    country("EC", "厄瓜多尔", "에콰도르", "Ecuador"),
    country("EE", "爱沙尼亚", "에스토니아", "Estonia"),
    country("EG", "埃及", "이집트", "Egypt"),
    country("EH", "西撒哈拉", "서사하라", "Western Sahara"),
    country("ER", "厄立特里亚", "에리트리아", "Eritrea"),
    country("ES", "西班牙", "스페인", "Spain"),
    country("ET", "埃塞俄比亚", "에티오피아", "Ethiopia"),
    country("FI", "芬兰", "핀란드", "Finland"),
    country("FJ", "斐济", "피지", "Fiji"),
    country("FK", "福克兰群岛", "포클랜드 제도", "Falkland Islands"),
    country("FM", "密克罗尼西亚", "미크로네시아", "Micronesia"),
    country("FO", "法罗群岛", "페로 제도", "Faroe Islands"),
    country("FR", "法国", "프랑스", "France"),
    country("GA", "加蓬", "가봉", "Gabon"),
    country("GB", "英国", "영국", "United Kingdom"),
    country("GD", "格林纳达", "그레나다", "Grenada"),
    country("GE", "格鲁吉亚", "조지아", "Georgia"),
    country("GF", "法属圭亚那", "프랑스령 기아나", "French Guiana"),
    country("GG", "根西岛", "건지", "Guernsey"),
    country("GH", "加纳", "가나", "Ghana"),
    country("GI", "直布罗陀", "지브롤터", "Gibraltar"),
    country("GL", "格陵兰", "그린란드", "Greenland"),
    country("GM", "冈比亚", "감비아", "Gambia"),
    country("GN", "几内亚", "기니", "Guinea"),
    country("GP", "瓜德罗普", "과들루프", "Guadeloupe"),
    country("GQ", "赤道几内亚", "적도 기니", "Equatorial Guinea"),
    country("GR", "希腊", "그리스", "Greece"),
    country(
        "GS",
        "南乔治亚和南桑威奇群岛",
        "사우스조지아 사우스샌드위치 제도",
        "South Georgia & South Sandwich Islands",
    ),
    country("GT", "危地马拉", "과테말라", "Guatemala"),
    country("GU", "关岛", "괌", "Guam"),
    country("GW", "几内亚比绍", "기니비사우", "Guinea-Bissau"),
    country("GY", "圭亚那", "가이아나", "Guyana"),
    country("HM", "赫德岛和麦克唐纳群岛", "허드 맥도널드 제도", "Heard & McDonald Islands"),
    country("HN", "洪都拉斯", "온두라스", "Honduras"),
    country("HR", "克罗地亚", "크로아티아", "Croatia"),
    country("HT", "海地", "아이티", "Haiti"),
    country("HU", "匈牙利", "헝가리", "Hungary"),
    country("ID", "印度尼西亚", "인도네시아", "Indonesia"),
    country("IE", "爱尔兰", "아일랜드", "Ireland"),
    country("IL", "以色列", "이스라엘", "Israel"),
    country("IM", "马恩岛", "맨섬", "Isle of Man"),
    country("IN", "印度", "인도", "India"),
    country("IO", "英属印度洋领地", "영국령 인도양 지역", "British Indian Ocean Territory"),
    country("IQ", "伊拉克", "이라크", "Iraq"),
    country("IR", "伊朗", "이란", "Iran"),
    country("IS", "冰岛", "아이슬란드", "Iceland"),
    country("IT", "意大利", "이탈리아", "Italy"),
    country("JE", "泽西岛", "저지", "Jersey"),
    country("JM", "牙买加", "자메이카", "Jamaica"),
    country("JO", "约旦", "요르단", "Jordan"),
    country("JP", "日本", "일본", "Japan"),
    country("KE", "肯尼亚", "케냐", "Kenya"),
    country("KG", "吉尔吉斯斯坦", "키르기스스탄", "Kyrgyzstan"),
    country("KH", "柬埔寨", "캄보디아", "Cambodia"),
    country("KI", "基里巴斯", "키리바시", "Kiribati"),
    country("KM", "科摩罗", "코모로", "Comoros"),
    country("KN", "圣基茨和尼维斯", "세인트키츠 네비스", "St. Kitts & Nevis"),
    country("KP", "朝鲜", "북한", "North Korea"),
    country("KR", "韩国", "대한민국", "South Korea"),
    country("KW", "科威特", "쿠웨이트", "Kuwait"),
    country("KY", "开曼群岛", "케이맨 제도", "Cayman Islands"),
    country("KZ", "哈萨克斯坦", "카자흐스탄", "Kazakhstan"),
    country("LA", "老挝", "라오스", "Laos"),
    country("LB", "黎巴嫩", "레바논", "Lebanon"),
    country("LC", "圣卢西亚", "세인트루시아", "St. Lucia"),
    country("LI", "列支敦士登", "리히텐슈타인", "Liechtenstein"),
    country("LK", "斯里兰卡", "스리랑카", "Sri Lanka"),
    country("LR", "利比里亚", "라이베리아", "Liberia"),
    country("LS", "莱索托", "레소토", "Lesotho"),
    country("LT", "立陶宛", "리투아니아", "Lithuania"),
    country("LU", "卢森堡", "룩셈부르크", "Luxembourg"),
    country("LV", "拉脱维亚", "라트비아", "Latvia"),
    country("LY", "利比亚", "리비아", "Libya"),
    country("MA", "摩洛哥", "모로코", "Morocco"),
    country("MC", "摩纳哥", "모나코", "Monaco"),
    country("MD", "摩尔多瓦", "몰도바", "Moldova"),
    country("ME", "黑山", "몬테네그로", "Montenegro"),
    country("MF", "法属圣马丁", "생마르탱", "St. Martin"),
    country("MG", "马达加斯加", "마다가스카르", "Madagascar"),
    country("MH", "马绍尔群岛", "마셜 제도", "Marshall Islands"),
    country("MK", "北马其顿", "북마케도니아", "North Macedonia"),
    country("ML", "马里", "말리", "Mali"),
    country("MM", "缅甸", "미얀마", "Myanmar (Burma)"),
    country("MN", "蒙古", "몽골", "Mongolia"),
    country("MP", "北马里亚纳群岛", "북마리아나제도", "Northern Mariana Islands"),
    country("MQ", "马提尼克", "마르티니크", "Martinique"),
    country("MR", "毛里塔尼亚", "모리타니", "Mauritania"),
    country("MS", "蒙特塞拉特", "몬트세라트", "Montserrat"),
    country("MT", "马耳他", "몰타", "Malta"),
    country("MU", "毛里求斯", "모리셔스", "Mauritius"),
    country("MV", "马尔代夫", "몰디브", "Maldives"),
    country("MW", "马拉维", "말라위", "Malawi"),
    country("MX", "墨西哥", "멕시코", "Mexico"),
    country("MY", "马来西亚", "말레이시아", "Malaysia"),
    country("MZ", "莫桑比克", "모잠비크", "Mozambique"),
    country("NA", "纳米比亚", "나미비아", "Namibia"),
    country("NC", "新喀里多尼亚", "뉴칼레도니아", "New Caledonia"),
    country("NE", "尼日尔", "니제르", "Niger"),
    country("NF", "诺福克岛", "노퍽섬", "Norfolk Island"),
    country("NG", "尼日利亚", "나이지리아", "Nigeria"),
    country("NI", "尼加拉瓜", "니카라과", "Nicaragua"),
    country("NL", "荷兰", "네덜란드", "Netherlands"),
    country("NO", "挪威", "노르웨이", "Norway"),
    country("NP", "尼泊尔", "네팔", "Nepal"),
    country("NR", "瑙鲁", "나우루", "Nauru"),
    country("NU", "纽埃", "니우에", "Niue"),
    country("NZ", "新西兰", "뉴질랜드", "New Zealand"),
    country("OM", "阿曼", "오만", "Oman"),
    country("PA", "巴拿马", "파나마", "Panama"),
    country("PE", "秘鲁", "페루", "Peru"),
    country("PF", "法属波利尼西亚", "프랑스령 폴리네시아", "French Polynesia"),
    country("PG", "巴布亚新几内亚", "파푸아뉴기니", "Papua New Guinea"),
    country("PH", "菲律宾", "필리핀", "Philippines"),
    country("PK", "巴基斯坦", "파키스탄", "Pakistan"),
    country("PL", "波兰", "폴란드", "Poland"),
    country("PM", "圣皮埃尔和密克隆群岛", "생피에르 미클롱", "St. Pierre & Miquelon"),
    country("PN", "皮特凯恩群岛", "핏케언 제도", "Pitcairn Islands"),
    country("PR", "波多黎各", "푸에르토리코", "Puerto Rico"),
    country("PS", "巴勒斯坦领土", "팔레스타인 지구", "Palestinian Territories"),
    country("PT", "葡萄牙", "포르투갈", "Portugal"),
    country("PW", "帕劳", "팔라우", "Palau"),
    country("PY", "巴拉圭", "파라과이", "Paraguay"),
    country("QA", "卡塔尔", "카타르", "Qatar"),
    country("RE", "留尼汪", "레위니옹", "Réunion"),
    country("RO", "罗马尼亚", "루마니아", "Romania"),
    country("RS", "塞尔维亚", "세르비아", "Serbia"),
    country("RU", "俄罗斯", "러시아", "Russia"),
    country("RW", "卢旺达", "르완다", "Rwanda"),
    country("SA", "沙特阿拉伯", "사우디아라비아", "Saudi Arabia"),
    country("SB", "所罗门群岛", "솔로몬 제도", "Solomon Islands"),
    country("SC", "塞舌尔", "세이셸", "Seychelles"),
    country("SD", "苏丹", "수단", "Sudan"),
    country("SE", "瑞典", "스웨덴", "Sweden"),
    country("SG", "新加坡", "싱가포르", "Singapore"),
    country("SH", "圣赫勒拿", "세인트헬레나", "St. Helena"),
    country("SI", "斯洛文尼亚", "슬로베니아", "Slovenia"),
    country("SJ", "斯瓦尔巴和扬马延", "스발바르제도-얀마웬섬", "Svalbard & Jan Mayen"),
    country("SK", "斯洛伐克", "슬로바키아", "Slovakia"),
    country("SL", "塞拉利昂", "시에라리온", "Sierra Leone"),
    country("SM", "圣马力诺", "산마리노", "San Marino"),
    country("SN", "塞内加尔", "세네갈", "Senegal"),
    country("SO", "索马里", "소말리아", "Somalia"),
    country("SR", "苏里南", "수리남", "Suriname"),
    country("SS", "南苏丹", "남수단", "South Sudan"),
    country("ST", "圣多美和普林西比", "상투메 프린시페", "São Tomé & Príncipe"),
    country("SV", "萨尔瓦多", "엘살바도르", "El Salvador"),
    country("SX", "荷属圣马丁", "신트마르턴", "Sint Maarten"),
    country("SY", "叙利亚", "시리아", "Syria"),
    country("SZ", "斯威士兰", "에스와티니", "Eswatini"),
    country("TC", "特克斯和凯科斯群岛", "터크스 케이커스 제도", "Turks & Caicos Islands"),
    country("TD", "乍得", "차드", "Chad"),
    country("TF", "法属南部领地", "프랑스령 남방 지역", "French Southern Territories"),
    country("TG", "多哥", "토고", "Togo"),
    country("TH", "泰国", "태국", "Thailand"),
    country("TJ", "塔吉克斯坦", "타지키스탄", "Tajikistan"),
    country("TK", "托克劳", "토켈라우", "Tokelau"),
    country("TL", "东帝汶", "동티모르", "Timor-Leste"),
    country("TM", "土库曼斯坦", "투르크메니스탄", "Turkmenistan"),
    country("TN", "突尼斯", "튀니지", "Tunisia"),
    country("TO", "汤加", "통가", "Tonga"),
    country("TR", "土耳其", "튀르키예", "Türkiye"),
    country("TT", "特立尼达和多巴哥", "트리니다드 토바고", "Trinidad & Tobago"),
    country("TV", "图瓦卢", "투발루", "Tuvalu"),
    country("TZ", "坦桑尼亚", "탄자니아", "Tanzania"),
    country("UA", "乌克兰", "우크라이나", "Ukraine"),
    country("UG", "乌干达", "우간다", "Uganda"),
    country("UM", "美国本土外小岛屿", "미국령 해외 제도", "U.S. Outlying Islands"),
    country("US", "美国", "미국", "United States"),
    country("UY", "乌拉圭", "우루과이", "Uruguay"),
    country("UZ", "乌兹别克斯坦", "우즈베키스탄", "Uzbekistan"),
    country("VA", "梵蒂冈", "바티칸 시국", "Vatican City"),
    country("VC", "圣文森特和格林纳丁斯", "세인트빈센트그레나딘", "St. Vincent & Grenadines"),
    country("VE", "委内瑞拉", "베네수엘라", "Venezuela"),
    country("VG", "英属维尔京群岛", "영국령 버진아일랜드", "British Virgin Islands"),
    country("VI", "美属维尔京群岛", "미국령 버진아일랜드", "U.S. Virgin Islands"),
    country("VN", "越南", "베트남", "Vietnam"),
    country("VU", "瓦努阿图", "바누아투", "Vanuatu"),
    country("WF", "瓦利斯和富图纳", "왈리스-푸투나 제도", "Wallis & Futuna"),
    country("WS", "萨摩亚", "사모아", "Samoa"),
    country("YE", "也门", "예멘", "Yemen"),
    country("YT", "马约特", "마요트", "Mayotte"),
    country("ZA", "南非", "남아프리카", "South Africa"),
    country("ZM", "赞比亚", "잠비아", "Zambia"),
    country("ZW", "津巴布韦", "짐바브웨", "Zimbabwe"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_country_is_found_by_its_code_and_its_chinese_name() {
        assert!(COUNTRIES.is_sorted_by(|a, b| a.code < b.code));
        assert!(COUNTRIES.len() <= 256);
        for (at, row) in COUNTRIES.iter().enumerate() {
            let country = Country::of_code(row.code).unwrap();
            assert_eq!(usize::from(country.0), at);
            assert_eq!(Country::of_chinese(row.zh), Some(country));
        }
        for (alias, code) in ALIASES {
            assert_eq!(Country::of_chinese(alias), Country::of_code(code), "{alias}");
        }
        assert_eq!(Country::CHINA.zh(), "中国");
        for none in ["HK", "MO", "TW", "cn", "", "ZZ"] {
            assert_eq!(Country::of_code(none), None, "{none}");
        }
    }
}
