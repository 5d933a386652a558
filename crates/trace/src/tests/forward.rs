//! Forward, contents, lots, quantities, moments of the answer, declared errors, holders.

use super::story::check;

#[test]
fn forward_reaches_what_was_made_and_what_carries_it() {
    check(
        "receiving    M1          plant 06:00
         transforming M1 => A1..A4  plant 07:00
         packing      P > A1..A4  plant 08:00
         shipping     P           plant 09:00
         transforming M2 => B1    plant 09:30
         unpacking    P > A2      shop  10:00
         receiving    P           store 11:00
         forward M1 -> 06:00 receiving plant | 07:00 transforming plant | to A1 08:00 packing plant | to A1 in P 09:00 shipping plant | to A1 10:00 unpacking shop | to A1 in P 11:00 receiving store
         where M1 -> A1 in_stock store 11:00 in P | A2 in_stock shop 10:00 | A3..A4 in_stock store 11:00 in P | M1 used plant 07:00",
    );
}

#[test]
fn forward_does_not_reach_the_siblings_of_what_it_was_packed_with() {
    check(
        "transforming M1 => A1    plant 07:00
         transforming M2 => B1    plant 07:00
         packing      P > A1 B1   depot 08:00
         inspecting   B1          lab   08:30
         shipping     P           depot 09:00
         forward M1 -> 07:00 transforming plant | to A1 08:00 packing depot | to A1 in P 09:00 shipping depot",
    );
}

#[test]
fn forward_of_an_input_reaches_all_outputs_of_its_transformation() {
    check(
        "transforming X1: => A1     plant 07:30
         transforming X1: M2 =>     plant 08:00
         transforming X1: => A2     plant 08:30
         selling      A1            shop  09:00
         forward M2 -> to A1 07:30 transforming plant | 08:00 transforming plant | to A2 08:30 transforming plant | to A1 09:00 selling shop",
    );
}

#[test]
fn what_is_in_a_container_that_is_used_up_is_used_up_with_it() {
    check(
        "receiving    M1            farm  04:00
         packing      C > M1        farm  05:00
         packing      C > M2        farm  05:10
         unpacking    C > M2        farm  05:20
         transforming C => A1       plant 07:00
         forward M1 -> 04:00 receiving farm | 05:00 packing farm | in C 05:10 packing farm | in C 05:20 unpacking farm | in C 07:00 transforming plant
         forward M2 -> 05:10 packing farm | 05:20 unpacking farm
         trace A1 -> with M1 04:00 receiving farm | from C 05:00 packing farm | from C 05:10 packing farm | from C 05:20 unpacking farm | 07:00 transforming plant",
    );
}

#[test]
fn a_container_comes_with_the_history_of_its_contents() {
    check(
        "commissioning A1      factory 08:00
         commissioning A2      factory 08:10
         packing       P > A1  factory 09:00
         unpacking     P > A1  factory 10:00
         selling       A1      shop    10:30
         packing       P > A2  factory 11:00
         trace P -> with A1 08:00 commissioning factory | with A2 08:10 commissioning factory | 09:00 packing factory | 10:00 unpacking factory | 11:00 packing factory",
    );
}

#[test]
fn a_lot_remains_after_a_part_of_it_was_used() {
    check(
        "receiving    L*100kg          plant 06:00
         transforming L*40kg => A1     plant 07:00
         inspecting   L*               lab   08:00
         transforming L*60kg => A2     plant 09:00
         trace A1 -> from L 06:00 receiving plant | 07:00 transforming plant | from L 08:00 inspecting lab
         forward L -> 06:00 receiving plant | 07:00 transforming plant | 08:00 inspecting lab | 09:00 transforming plant",
    );
}

#[test]
fn what_went_into_a_lot_after_a_part_was_used_is_not_in_that_part() {
    check(
        "transforming M1 => L*10kg     plant 05:00
         transforming L*5kg => A1      plant 06:00
         transforming M2 => L*10kg     plant 07:00
         transforming L*5kg => A2      plant 08:00
         trace A1 -> from L 05:00 transforming plant | 06:00 transforming plant | from L 07:00 transforming plant
         forward M2 -> 07:00 transforming plant | to L 08:00 transforming plant",
    );
}

#[test]
fn a_lot_knows_its_items_and_items_know_their_lot() {
    check(
        "transforming  M1 => L*4           plant 06:00
         commissioning A1..A4 of L         plant 07:00
         inspecting    L*                  lab   07:30
         commissioning A9                  plant 07:40
         selling       A3                  shop  09:00
         trace A3 -> from L 06:00 transforming plant | 07:00 commissioning plant | from L 07:30 inspecting lab | 09:00 selling shop
         forward M1 -> 06:00 transforming plant | to L 07:00 commissioning plant | to L 07:30 inspecting lab | to A1 09:00 selling shop
         where L -> A1..A2 in_stock plant 07:00 | A3 sold shop 09:00 | A4 in_stock plant 07:00 | L unknown",
    );
}

#[test]
fn a_part_of_a_lot_that_leaves_a_container_leaves_the_rest_in_it() {
    check(
        "packing   P > L*10  depot 08:00
         unpacking P > L*4   depot 09:00
         shipping  P         depot 10:00
         unpacking P > L*6   shop  11:00
         shipping  P         shop  12:00
         trace L -> 08:00 packing depot | 09:00 unpacking depot | in P 10:00 shipping depot | 11:00 unpacking shop",
    );
}

#[test]
fn as_of_a_time_nothing_later_counts() {
    check(
        "packing   P > A1  factory 09:00
         shipping  P       factory 10:00
         receiving P       shop    17:00
         trace A1 at 10:00 -> 09:00 packing factory | in P 10:00 shipping factory
         where A1 at 12:00 -> A1 in_transit factory 10:00 in P
         where A1 -> A1 in_stock shop 17:00 in P",
    );
}

#[test]
fn as_of_a_capture_nothing_captured_later_counts() {
    check(
        "packing   P > A1  factory 09:00
         shipping  P       factory 10:00
         unpacking P > A1  factory 09:30
         trace A1 known 2 -> 09:00 packing factory | in P 10:00 shipping factory
         trace A1 known 3 -> 09:00 packing factory | 09:30 unpacking factory",
    );
}

#[test]
fn a_declared_event_stops_counting_when_the_error_is_declared() {
    check(
        "packing   P > A1  factory 09:00
         shipping  P       factory 10:00
         wrong     1       factory 18:00
         packing   P > A2  factory 09:00
         trace A1 known 2 -> 09:00 packing factory | in P 10:00 shipping factory
         trace A1 -> nothing
         trace A2 -> 09:00 packing factory | in P 10:00 shipping factory
         where A1 -> A1 unknown",
    );
}

#[test]
fn a_holder_is_told_by_the_last_event_of_the_outermost_container() {
    check(
        "packing   C > A1..A24  factory 08:00
         packing   P > C        factory 09:00
         shipping  P            factory 10:00
         receiving P            depot   12:00
         unpacking P            depot   13:00
         shipping  C            depot   14:00
         unpacking C > A5       depot   14:30
         destroying A5          depot   15:00
         receiving C            shop    16:00
         where A1..A24 -> A1..A4 in_stock shop 16:00 in C | A5 destroyed depot 15:00 | A6..A24 in_stock shop 16:00 in C
         where A1..A24 at 12:30 -> A1..A24 in_stock depot 12:00 in P",
    );
}

#[test]
fn a_lot_is_where_all_of_it_went_and_nowhere_when_it_is_in_parts() {
    check(
        "receiving L*100kg plant 06:00
         shipping  L*100kg plant 07:00
         receiving L*100kg depot 08:00
         shipping  L*1kg   depot 09:00
         receiving L*1kg   shop  10:00
         where L at 08:00 -> L in_stock depot 08:00
         where L at 09:00 -> L in_transit depot 09:00
         where L -> L unknown",
    );
}

#[test]
fn what_is_used_up_inside_a_container_is_used() {
    check(
        "packing         C > M1 M2  farm  05:00
         unpacking       C > M2     farm  05:30
         transforming    C => A1    plant 07:00
         packing         D > M3     farm  05:00
         decommissioning D          farm  06:00
         where M1 M2 M3 -> A1 in_stock plant 07:00 | M1 used plant 07:00 in C | M2 in_stock farm 05:30 | M3 decommissioned farm 06:00 in D",
    );
}

#[test]
fn several_subjects_are_one_question() {
    check(
        "commissioning A1  north 08:00
         commissioning B1  south 09:00
         packing       P > A1 B1 depot 10:00
         trace A1 B1 -> 08:00 commissioning north | 09:00 commissioning south | 10:00 packing depot",
    );
}

#[test]
fn a_part_is_taken_from_what_was_packed_first_in_its_own_unit() {
    check(
        "packing   P > L*10kg  depot 08:00
         packing   P > L*5     depot 08:10
         unpacking P > L*10kg  depot 09:00
         shipping  P           depot 10:00
         unpacking P > L*5     shop  11:00
         shipping  P           shop  12:00
         trace L -> 08:00 packing depot | 08:10 packing depot | 09:00 unpacking depot | in P 10:00 shipping depot | 11:00 unpacking shop
         where L at 10:00 -> L in_transit depot 10:00 in P
         where L -> L in_stock shop 11:00",
    );
}

#[test]
fn a_class_named_twice_in_one_list_is_summed() {
    check(
        "packing   P > L*4 L*6  depot 08:00
         unpacking P > L*6      depot 09:00
         shipping  P            depot 10:00
         unpacking P > L*1 L*3  shop  11:00
         shipping  P            shop  12:00
         trace L -> 08:00 packing depot | 09:00 unpacking depot | in P 10:00 shipping depot | 11:00 unpacking shop
         parts L at 10:30 -> L 6 in_stock depot | L 4 in_transit depot in P
         parts L -> L 6 in_stock depot | L 4 in_stock shop",
    );
}

#[test]
fn a_lot_leaves_a_container_when_the_last_of_it_does() {
    check(
        "receiving L*10        depot 07:00
         packing   P > L*10    depot 08:00
         unpacking P > L*4     depot 09:00
         shipping  P           depot 10:00
         receiving P           shop  11:00
         unpacking P > L*6     shop  12:00
         receiving P           other 13:00
         where L at 08:30 -> L in_stock depot 08:00
         where L at 11:00 -> L in_stock shop 11:00 in P
         where L -> L unknown",
    );
}

#[test]
fn a_declaration_need_not_repeat_what_it_declares() {
    check(
        "packing   P > A1  factory 09:00
         shipping  P       factory 10:00
         wrong     1 only  office  23:00
         trace A1 known 2 -> 09:00 packing factory | in P 10:00 shipping factory
         trace A1 at 10:00 -> nothing
         trace A1 -> nothing",
    );
}
