//! One story for each contradiction, and for what only looks like one.

use super::story::check;

#[test]
fn one_thing_in_two_places_at_one_time() {
    check(
        "inspecting A1  north 08:00
         inspecting A1  south 08:00
         inspecting A2  north 08:00
         inspecting A2  north 08:00
         findings A1 -> two_places A1 08:00 inspecting north, 08:00 inspecting south
         findings A2 -> nothing",
    );
}

#[test]
fn seen_elsewhere_while_in_a_container() {
    check(
        "commissioning  A1 A2      factory   08:00
         packing        P > A1 A2  factory   09:00
         receiving      P          shop      17:00
         receiving      A1         elsewhere 17:05
         findings A1 -> apart_from_container A1 17:00 receiving shop, 17:05 receiving elsewhere
         findings A2 -> nothing",
    );
}

#[test]
fn shipped_by_hand_from_where_its_case_is_not() {
    check(
        "packing   P > A1  factory 09:00
         shipping  A1      depot   10:00
         unpacking P > A1  shop    11:00
         shipping  A1      shop    12:00
         findings A1 -> apart_from_container A1 09:00 packing factory, 10:00 shipping depot",
    );
}

#[test]
fn more_received_than_shipped() {
    check(
        "shipping  L*100kg  farm  06:00
         loading   L*100kg  farm  06:10
         receiving L*60kg   plant 08:00
         receiving L*50kg   other 09:00
         receiving N*10kg   plant 08:00
         findings L -> received_more_than_shipped L 06:00 shipping farm, 09:00 receiving other
         findings N -> nothing",
    );
}

#[test]
fn in_two_containers_at_once() {
    check(
        "packing   P > A1 A2  factory 09:00
         unpacking P > A2     factory 09:30
         packing   Q > A1 A2  factory 10:00
         mounting  S > A3     factory 08:30
         packing   P > A3     factory 09:00
         packing   Q > A3     factory 09:30
         findings A3 -> two_parents A3 09:00 packing factory, 09:30 packing factory
         findings A1 -> two_parents A1 09:00 packing factory, 10:00 packing factory
         findings A2 -> nothing",
    );
}

#[test]
fn begun_twice() {
    check(
        "commissioning A1        plant 08:00
         transforming  M1 => A1  plant 09:00
         commissioning A2        plant 08:00
         commissioning A2        depot 09:00
         transforming  M2 => A3  plant 08:00
         transforming  M3 => A3  plant 09:00
         findings A1 -> nothing
         findings A2 -> commissioned_twice A2 08:00 commissioning plant, 09:00 commissioning depot
         findings A3 -> commissioned_twice A3 08:00 transforming plant, 09:00 transforming plant",
    );
}

#[test]
fn moved_after_its_end() {
    check(
        "destroying   A1        depot 08:00
         shipping     A1        depot 09:00
         transforming M1 => B1  plant 07:00
         inspecting   M1        plant 07:30
         transforming C1 => C1  plant 07:00
         inspecting   C1        plant 07:30
         findings A1 -> moved_after_end A1 08:00 destroying depot, 09:00 shipping depot
         findings M1 -> moved_after_end M1 07:00 transforming plant, 07:30 inspecting plant
         findings C1 -> nothing",
    );
}

#[test]
fn seen_before_its_beginning() {
    check(
        "shipping      A1  plant 07:00
         commissioning A1  plant 08:00
         findings A1 -> before_beginning A1 07:00 shipping plant, 08:00 commissioning plant",
    );
}

#[test]
fn faster_than_anything_travels() {
    check(
        "shipping  A1  beijing@39.90,116.40   08:00
         receiving A1  guangzhou@23.13,113.26 08:30
         shipping  A2  beijing@39.90,116.40   08:00
         receiving A2  guangzhou@23.13,113.26 12:00
         inspecting A3  gate@39.900,116.400   08:00
         inspecting A3  hall@39.901,116.401   08:00
         findings A1 -> impossible_speed A1 08:00 shipping beijing, 08:30 receiving guangzhou
         findings A2 -> nothing
         findings A3 -> nothing",
    );
}

#[test]
fn findings_about_others_are_not_told() {
    check(
        "packing   P > A1 A2  factory 09:00
         packing   Q > A2     factory 10:00
         inspecting A2        north   11:00
         findings A1 -> nothing",
    );
}

#[test]
fn a_declared_event_contradicts_nothing() {
    check(
        "commissioning A1  plant 08:00
         commissioning A1  plant 09:00
         wrong         2   plant 10:00
         findings A1 -> nothing",
    );
}
