//! Lots at class level: events that move amounts and name no items.

use super::story::check;

#[test]
fn what_goes_into_the_items_of_a_lot_goes_into_the_lot() {
    check(
        "receiving    M1                     plant  06:00
         transforming M1 => A1..A100 of L    plant  07:00
         shipping     L*50                   plant  08:00
         receiving    L*50                   dealer 09:00
         shipping     L*20                   dealer 10:00
         forward M1 -> 06:00 receiving plant | 07:00 transforming plant | to L 08:00 shipping plant | to L 09:00 receiving dealer | to L 10:00 shipping dealer
         forward L  -> 07:00 transforming plant | 08:00 shipping plant | 09:00 receiving dealer | 10:00 shipping dealer
         trace L    -> from M1 06:00 receiving plant | 07:00 transforming plant | 08:00 shipping plant | 09:00 receiving dealer | 10:00 shipping dealer
         moves M1   -> L 50 of 50 08:00 shipping plant | L 50 of 50 09:00 receiving dealer | L 20 of 20 10:00 shipping dealer
         parts M1   -> L 50 in_stock plant | L 30 in_stock dealer | L 20 in_transit",
    );
}

#[test]
fn of_a_mixed_lot_an_amount_holds_at_least_and_at_most_so_much() {
    check(
        "transforming M1 => A1..A60 of L    plant  07:00
         transforming M2 => B1..B40 of L    plant  08:00
         shipping     L*50                  dealer 10:00
         shipping     L*5                   dealer 11:00
         forward M2 -> 08:00 transforming plant | to L 10:00 shipping dealer | to L 11:00 shipping dealer
         moves M1   -> L 10 to 50 of 50 10:00 shipping dealer | L 0 to 5 of 5 11:00 shipping dealer
         moves M2   -> L 0 to 40 of 50 10:00 shipping dealer | L 0 to 5 of 5 11:00 shipping dealer
         moves A1   -> nothing",
    );
}

#[test]
fn what_is_made_of_a_lot_is_made_of_what_went_into_its_items_before() {
    check(
        "transforming M1 => A1..A9 of L     plant 07:00
         transforming L*5 => B1             plant 08:00
         transforming M2 => A10..A19 of L   plant 09:00
         transforming L*5 => B2             plant 10:00
         trace B1   -> from L 07:00 transforming plant | 08:00 transforming plant
         trace B2   -> from L 07:00 transforming plant | from L 09:00 transforming plant | 10:00 transforming plant
         trace A1   -> 07:00 transforming plant
         forward M2 -> 09:00 transforming plant | to L 10:00 transforming plant",
    );
}

#[test]
fn a_lot_that_is_begun_otherwise_too_is_diluted() {
    check(
        "commissioning B1..B30 of L         plant 06:00
         transforming M1 => A1..A60 of L    plant 07:00
         commissioning A1..A60 of L         plant 07:30
         commissioning C1..C10 of L         plant 07:40
         shipping     L*50                  plant 08:00
         shares M1 -> A1..A60 1.00 to 1.00, even 1.00 | L 0.60 to 0.60, even 0.60
         moves M1  -> L 10 to 50 of 50 08:00 shipping plant",
    );
}

#[test]
fn each_holder_has_at_least_and_at_most_so_much() {
    check(
        "transforming M => L*100kg  plant  06:00
         shipping     L*60kg        plant  07:00
         loading      L*60kg        plant  07:10
         receiving    L*40kg        depot  08:00
         inspecting   L*10kg        depot  09:00
         selling      L*5kg         depot  10:00
         destroying   L*1kg         depot  11:00
         parts L -> L 40kg in_stock plant | L 34kg in_stock depot | L 20kg in_transit | L 5kg sold depot | L 1kg destroyed depot
         where L -> L unknown
         moves L -> L 60kg of 60kg 07:00 shipping plant | L 60kg of 60kg 07:10 loading plant | L 40kg of 40kg 08:00 receiving depot | L 10kg of 10kg 09:00 inspecting depot | L 5kg of 5kg 10:00 selling depot | L 1kg of 1kg 11:00 destroying depot",
    );
}

#[test]
fn what_turns_up_untold_is_missing_somewhere_else() {
    check(
        "transforming M => L*100  plant  06:00
         shipping     L*30        plant  07:00
         shipping     L*50        dealer 08:00
         parts L -> L 20 to 50 in_stock plant | L 50 to 80 in_transit",
    );
}

#[test]
fn more_than_all_began_elsewhere() {
    check(
        "shipping  L*10  farm  07:00
         receiving L*10  plant 08:00
         receiving L*5   shop  09:00
         parts L -> L 5 to 10 in_stock plant | L 5 in_stock shop",
    );
}

#[test]
fn amounts_that_are_not_told_leave_the_parts_open() {
    check(
        "commissioning L*100  plant 06:00
         shipping      L*     plant 07:00
         receiving     L*30   depot 08:00
         receiving     K*     depot 08:00
         parts L -> L 0 to 70 in_stock plant | L 30 in_stock depot | L 0 to 70 in_transit
         parts K -> K 0 or more in_stock depot
         moves L -> L 0 or more of some 07:00 shipping plant | L 30 of 30 08:00 receiving depot",
    );
}

#[test]
fn items_that_are_named_elsewhere_are_not_in_the_amount() {
    check(
        "commissioning A1..A100 of L  plant 06:00
         shipping      A1..A40        plant 07:00
         receiving     A1..A40        shop  08:00
         selling       A1             shop  09:00
         shipping      L*50           plant 10:00
         parts L -> L 10 in_stock plant | L 39 in_stock shop | L 50 in_transit | L 1 sold shop",
    );
}

#[test]
fn a_part_in_a_container_is_where_the_container_is() {
    check(
        "commissioning L*100      plant 06:00
         packing       P > L*40   plant 07:00
         packing       Q > L*10   plant 07:10
         packing       R > L*5    plant 07:20
         shipping      P          plant 08:00
         receiving     P          shop  09:00
         unpacking     P > L*15   shop  09:30
         shipping      Q          plant 10:00
         unpacking     R          lab   11:00
         parts L -> L 45 in_stock plant | L 15 in_stock shop | L 5 in_stock lab | L 25 in_stock shop in P | L 10 in_transit plant in Q",
    );
}

/// What else went into the lot is looked up as far as it names the lot, not where its items went.
#[test]
fn items_of_others_may_be_anywhere() {
    check(
        "transforming M1 => A1..A60 of L    plant  06:00
         transforming M2 => B1..B40 of L    plant  06:10
         shipping     B1..B40               plant  07:00
         shipping     L*10                  plant  08:00
         parts M1 -> L 50 to 90 in_stock plant | L 10 to 50 in_transit
         parts L  -> L 50 in_stock plant | L 50 in_transit",
    );
}

#[test]
fn units_are_told_apart() {
    check(
        "transforming M => L*10kg L*4  plant 06:00
         shipping     L*4kg L*1 L*2kg  plant 07:00
         balance L -> 06:00 1 in, 4 + 10kg out
         parts L   -> L 3 in_stock plant | L 1 in_transit | L 4kg in_stock plant | L 6kg in_transit",
    );
}
