//! The business steps of the Core Business Vocabulary in words (CBV 2.0 §7.1).

use crate::language::Language;

/// A business step in words; what is not in the vocabulary is shown as it was reported.
pub(crate) fn biz_step(language: Language, step: &str) -> &str {
    let name = step.rsplit([':', '/', '-']).next().unwrap_or(step);
    let found = STEPS.iter().find(|(known, _)| *known == name);
    found.map_or(step, |(_, [zh, ko, en])| match language {
        Language::Zh => zh,
        Language::Ko => ko,
        Language::En => en,
    })
}

const STEPS: &[(&str, [&str; 3])] = &[
    ("accepting", ["验收", "검수", "Accepted"]),
    ("arriving", ["到达", "도착", "Arrived"]),
    ("assembling", ["组装", "조립", "Assembled"]),
    ("collecting", ["收集", "수거", "Collected"]),
    ("commissioning", ["启用编码", "코드 사용 개시", "Code put into use"]),
    ("consigning", ["委托", "위탁", "Consigned"]),
    ("creating_class_instance", ["生产批次", "로트 생산", "Lot produced"]),
    ("cycle_counting", ["盘点", "재고 실사", "Counted"]),
    ("decommissioning", ["作废编码", "코드 무효화", "Code withdrawn"]),
    ("departing", ["出发", "출발", "Departed"]),
    ("destroying", ["销毁", "폐기", "Destroyed"]),
    ("disassembling", ["拆解", "분해", "Disassembled"]),
    ("dispensing", ["配发", "조제·교부", "Dispensed"]),
    ("encoding", ["写码", "코드 기록", "Encoded"]),
    ("entering_exiting", ["进出", "출입", "Entered or left"]),
    ("holding", ["暂扣", "보류", "Held"]),
    ("inspecting", ["检验", "검사", "Inspected"]),
    ("installing", ["安装", "설치", "Installed"]),
    ("killing", ["停用标签", "태그 폐기", "Tag killed"]),
    ("loading", ["装车", "상차", "Loaded"]),
    ("other", ["其他", "기타", "Other"]),
    ("packing", ["装箱", "포장", "Packed"]),
    ("picking", ["拣货", "피킹", "Picked"]),
    ("receiving", ["收货", "입고", "Received"]),
    ("removing", ["移出", "제거", "Removed"]),
    ("repackaging", ["重新包装", "재포장", "Repackaged"]),
    ("repairing", ["维修", "수리", "Repaired"]),
    ("replacing", ["更换", "교체", "Replaced"]),
    ("reserving", ["预留", "예약", "Reserved"]),
    ("retail_selling", ["零售", "소매 판매", "Sold at retail"]),
    ("sampling", ["抽样", "시료 채취", "Sampled"]),
    ("sensor_reporting", ["传感器上报", "센서 보고", "Sensor report"]),
    ("shipping", ["发货", "출고", "Shipped"]),
    ("staging_outbound", ["待发", "출고 대기", "Staged for shipping"]),
    ("stock_taking", ["盘存", "재고 조사", "Stock taken"]),
    ("stocking", ["上架", "진열", "Stocked"]),
    ("storing", ["入库", "보관", "Stored"]),
    ("transporting", ["运输", "운송", "In transport"]),
    ("unloading", ["卸货", "하차", "Unloaded"]),
    ("unpacking", ["拆箱", "개봉", "Unpacked"]),
    ("void_shipping", ["取消发货", "출고 취소", "Shipment cancelled"]),
];
