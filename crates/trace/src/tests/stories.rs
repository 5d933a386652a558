//! One story for each rule of the module comment, and for the ways in which rules meet.

use super::story::check;

#[test]
fn own_events_come_in_order_of_event_time() {
    check(
        "shipping      A1     factory 12:00
         commissioning A1 A2  factory 08:00
         inspecting    A2     factory 09:00
         invoicing     A1     office  12:00
         trace A1 -> 08:00 commissioning factory | 12:00 shipping factory | 12:00 invoicing office
         trace A2 -> 08:00 commissioning factory | 09:00 inspecting factory
         trace A3 -> nothing",
    );
}

#[test]
fn a_range_names_all_between_its_ends() {
    check(
        "commissioning A1..A24  factory 08:00
         packing       P > A1..A24  factory 09:00
         shipping      P        factory 10:00
         trace A1  -> 08:00 commissioning factory | 09:00 packing factory | in P 10:00 shipping factory
         trace A17 -> 08:00 commissioning factory | 09:00 packing factory | in P 10:00 shipping factory
         trace A25 -> nothing",
    );
}

#[test]
fn events_of_a_container_count_while_the_item_is_in_it() {
    check(
        "receiving  P       depot   07:00
         packing    P > A1  factory 09:00
         shipping   P       factory 10:00
         unpacking  P > A1  shop    11:00
         shipping   P       shop    12:00
         trace A1 -> 09:00 packing factory | in P 10:00 shipping factory | 11:00 unpacking shop",
    );
}

#[test]
fn unpacking_without_children_lets_out_all() {
    check(
        "packing    P > A1  factory 09:00
         packing    P > A2  factory 09:30
         unpacking  P       shop    11:00
         shipping   P       shop    12:00
         trace A1 -> 09:00 packing factory | in P 09:30 packing factory | in P 11:00 unpacking shop
         trace A2 -> 09:30 packing factory | in P 11:00 unpacking shop",
    );
}

#[test]
fn siblings_do_not_infect_each_other() {
    check(
        "commissioning A1       factory 08:00
         commissioning A2       factory 08:01
         packing       P > A1 A2  factory 09:00
         inspecting    A2       lab     10:00
         unpacking     P > A2   shop    11:00
         selling       A2       shop    12:00
         receiving     P        store   13:00
         trace A1 -> 08:00 commissioning factory | 09:00 packing factory | in P 11:00 unpacking shop | in P 13:00 receiving store
         trace A2 -> 08:01 commissioning factory | 09:00 packing factory | 10:00 inspecting lab | 11:00 unpacking shop | 12:00 selling shop",
    );
}

#[test]
fn nested_containers_count_for_the_time_of_the_whole_chain() {
    check(
        "packing    C > A1  factory 09:00
         packing    P > C   factory 10:00
         shipping   P       factory 11:00
         unpacking  C > A1  depot   12:00
         receiving  P       shop    13:00
         receiving  C       shop    13:30
         trace A1 -> 09:00 packing factory | in C 10:00 packing factory | in P 11:00 shipping factory | 12:00 unpacking depot
         trace C -> 09:00 packing factory | 10:00 packing factory | in P 11:00 shipping factory | 12:00 unpacking depot | in P 13:00 receiving shop | 13:30 receiving shop",
    );
}

#[test]
fn a_case_that_was_on_the_pallet_before_its_item_came_brings_the_pallet_along() {
    check(
        "packing    P > C   factory 08:00
         shipping   P       factory 08:30
         packing    C > A1  factory 09:00
         shipping   P       factory 10:00
         unpacking  P       depot   11:00
         shipping   P       depot   12:00
         trace A1 -> 09:00 packing factory | in P 10:00 shipping factory | in P 11:00 unpacking depot",
    );
}

#[test]
fn repacking_moves_an_item_from_one_container_to_the_next() {
    check(
        "packing    P > A1..A4  factory 09:00
         unpacking  P > A2      depot   10:00
         packing    Q > A2      depot   11:00
         shipping   P           depot   12:00
         shipping   Q           depot   13:00
         unpacking  Q           shop    14:00
         packing    P > A2      shop    15:00
         shipping   P           shop    16:00
         shipping   Q           shop    17:00
         trace A2 -> 09:00 packing factory | 10:00 unpacking depot | 11:00 packing depot | in Q 13:00 shipping depot | in Q 14:00 unpacking shop | 15:00 packing shop | in P 16:00 shipping shop
         trace A1 -> 09:00 packing factory | in P 10:00 unpacking depot | in P 12:00 shipping depot | in P 15:00 packing shop | in P 16:00 shipping shop",
    );
}

#[test]
fn a_mixed_pallet_carries_cases_of_two_makers() {
    check(
        "packing   C > A1    north 08:00
         packing   D > B1    south 08:00
         packing   P > C D   depot 09:00
         shipping  P         depot 10:00
         unpacking P > D     shop  11:00
         receiving D         shop  12:00
         receiving P         store 13:00
         trace A1 -> 08:00 packing north | in C 09:00 packing depot | in P 10:00 shipping depot | in P 11:00 unpacking shop | in P 13:00 receiving store
         trace B1 -> 08:00 packing south | in D 09:00 packing depot | in P 10:00 shipping depot | in D 11:00 unpacking shop | in D 12:00 receiving shop",
    );
}

#[test]
fn counting_neither_packs_nor_unpacks() {
    check(
        "counting  P > A1  depot 08:00
         shipping  P       depot 09:00
         packing   P > A1  depot 10:00
         counting  P > A2  depot 11:00
         counting  P > A1  depot 12:00
         shipping  P       depot 13:00
         trace A1 -> 08:00 counting depot | 10:00 packing depot | in P 11:00 counting depot | 12:00 counting depot | in P 13:00 shipping depot",
    );
}

#[test]
fn two_parents_at_once_are_both_shown() {
    check(
        "packing   P > A1  factory 09:00
         packing   Q > A1  depot   10:00
         shipping  P       factory 11:00
         shipping  Q       depot   12:00
         trace A1 -> 09:00 packing factory | 10:00 packing depot | in P 11:00 shipping factory | in Q 12:00 shipping depot",
    );
}

#[test]
fn an_asset_is_associated_like_a_container() {
    check(
        "mounting     S > A1  factory 08:00
         inspecting   S       factory 09:00
         dismounting  S > A1  shop    10:00
         inspecting   S       shop    11:00
         trace A1 -> 08:00 mounting factory | in S 09:00 inspecting factory | 10:00 dismounting shop",
    );
}

#[test]
fn sources_count_until_they_are_used() {
    check(
        "receiving    M1        plant 06:00
         inspecting   M1        lab   06:30
         receiving    M2        plant 06:40
         transforming M1 => A1..A9  plant 07:00
         inspecting   M1        lab   08:00
         commissioning A1       plant 08:10
         trace A1 -> from M1 06:00 receiving plant | from M1 06:30 inspecting lab | 07:00 transforming plant | 08:10 commissioning plant
         trace M1 -> 06:00 receiving plant | 06:30 inspecting lab | 07:00 transforming plant | 08:00 inspecting lab",
    );
}

#[test]
fn a_chain_of_transformations_goes_back_to_the_first_source() {
    check(
        "receiving    R1          farm  05:00
         packing      T > R1      farm  05:10
         shipping     T           farm  05:20
         unpacking    T > R1      plant 05:30
         transforming R1 R2 => M1 plant 06:00
         transforming M1 N1 => A1 plant 07:00
         shipping     T           plant 08:00
         trace A1 -> from R1 05:00 receiving farm | from R1 05:10 packing farm | from R1 in T 05:20 shipping farm | from R1 05:30 unpacking plant | from M1 06:00 transforming plant | 07:00 transforming plant",
    );
}

#[test]
fn what_else_was_made_of_a_source_is_not_the_items() {
    check(
        "receiving    M1        plant 06:00
         transforming M1 => B1  plant 06:30
         shipping     B1        plant 06:40
         transforming M1 => A1  plant 07:00
         transforming M1 => B2  plant 08:00
         trace A1 -> from M1 06:00 receiving plant | 07:00 transforming plant
         trace B2 -> from M1 06:00 receiving plant | 08:00 transforming plant",
    );
}

#[test]
fn events_with_one_transformation_id_are_one_transformation() {
    check(
        "receiving    M1            plant 06:00
         receiving    M2            plant 06:10
         transforming X1: M1 =>     plant 07:00
         transforming X1: => A1     plant 07:30
         transforming X1: M2 =>     plant 08:00
         transforming X1: => A2     plant 08:30
         inspecting   M2            plant 09:00
         transforming X2: M3 => A3  plant 09:30
         trace A1 -> from M1 06:00 receiving plant | from M2 06:10 receiving plant | from M1 07:00 transforming plant | 07:30 transforming plant | from M2 08:00 transforming plant
         trace A2 -> from M1 06:00 receiving plant | from M2 06:10 receiving plant | from M1 07:00 transforming plant | from M2 08:00 transforming plant | 08:30 transforming plant",
    );
}

#[test]
fn where_a_container_came_from_is_not_the_items() {
    check(
        "receiving    M1        mill    05:00
         transforming M1 => P   mill    06:00
         packing      P > A1    factory 09:00
         trace A1 -> 09:00 packing factory
         trace P  -> from M1 05:00 receiving mill | 06:00 transforming mill | 09:00 packing factory",
    );
}

#[test]
fn inputs_in_one_event_are_traced_each_through_its_own_container() {
    check(
        "packing      C > M1..M3      farm  05:00
         packing      D > M4          farm  05:10
         shipping     C               farm  05:20
         unpacking    C > M3          farm  05:30
         shipping     C               farm  05:40
         shipping     D               farm  05:50
         transforming M3..M4 => A1    plant 07:00
         trace A1 -> from M3 05:00 packing farm | from M3 05:10 packing farm | from M3 in C 05:20 shipping farm | from M3 05:30 unpacking farm | from M3 in D 05:50 shipping farm | 07:00 transforming plant",
    );
}

#[test]
fn events_of_one_minute_are_ordered_as_they_were_captured() {
    check(
        "packing    P > A1  factory 09:00
         shipping   P       factory 09:00
         unpacking  P > A1  factory 09:00
         receiving  P       factory 09:00
         trace A1 -> 09:00 packing factory | in P 09:00 shipping factory | 09:00 unpacking factory",
    );
}

#[test]
fn a_late_capture_takes_its_place_in_time() {
    check(
        "packing    P > A1  factory 09:00
         receiving  P       shop    17:00
         unpacking  P > A1  depot   12:00
         trace A1 -> 09:00 packing factory | 12:00 unpacking depot",
    );
}

#[test]
fn unpacking_before_packing_opens_nothing_and_closes_nothing() {
    check(
        "packing    P > A1  factory 09:00
         unpacking  P > A1  factory 08:00
         shipping   P       factory 10:00
         trace A1 -> 08:00 unpacking factory | 09:00 packing factory | in P 10:00 shipping factory",
    );
}

#[test]
fn a_contradiction_is_shown_as_it_was_told() {
    check(
        "commissioning  A1 A2      factory   08:00
         packing        P > A1 A2  factory   09:00
         receiving      P          shop      17:00
         receiving      A1         elsewhere 17:05
         trace A1 -> 08:00 commissioning factory | 09:00 packing factory | in P 17:00 receiving shop | 17:05 receiving elsewhere
         trace A2 -> 08:00 commissioning factory | 09:00 packing factory | in P 17:00 receiving shop",
    );
}

#[test]
fn cycles_end() {
    check(
        "packing      P > Q   depot 08:00
         packing      Q > P   depot 09:00
         packing      P > A1  depot 10:00
         packing      A1 > Q  depot 10:30
         shipping     Q       depot 11:00
         transforming M1 => N1  plant 07:00
         transforming N1 => M1  plant 07:10
         transforming M1 => N1  plant 07:20
         transforming B1 => B1  plant 07:30
         trace A1 -> with Q 08:00 packing depot | with Q 09:00 packing depot | 10:00 packing depot | 10:30 packing depot | with Q 11:00 shipping depot
         trace N1 -> 07:00 transforming plant | 07:10 transforming plant | 07:20 transforming plant
         trace B1 -> 07:30 transforming plant",
    );
}

#[test]
fn an_item_that_keeps_its_id_through_a_transformation_keeps_its_history() {
    check(
        "commissioning A1         plant 06:00
         transforming  A1 M1 => A1  plant 07:00
         receiving     M1         plant 06:30
         shipping      A1         plant 08:00
         trace A1 -> 06:00 commissioning plant | from M1 06:30 receiving plant | 07:00 transforming plant | 08:00 shipping plant",
    );
}
