//! How much went in and came out, and what share of it may be the subject.

use super::story::check;

#[test]
fn a_transformation_has_a_balance_and_a_yield() {
    check(
        "transforming M*60kg N*40kg => L*95kg  plant 07:00
         transforming L*95kg => A1..A9         plant 08:00
         transforming K* L*1kg => J*1kg        plant 09:00
         balance L -> 07:00 100kg in, 95kg out, yield 0.95 | 08:00 95kg in, 9 out | 09:00 0 and more + 1kg in, 1kg out
         balance A1 -> 07:00 100kg in, 95kg out, yield 0.95 | 08:00 95kg in, 9 out
         balance J -> 07:00 100kg in, 95kg out, yield 0.95 | 09:00 0 and more + 1kg in, 1kg out",
    );
}

#[test]
fn the_events_of_one_transformation_are_one_balance() {
    check(
        "transforming X1: M*60kg =>   plant 07:00
         transforming X1: => L*50kg   plant 08:00
         transforming X1: N*40kg =>   plant 09:00
         transforming X1: => K*45kg   plant 10:00
         balance L -> 07:00 100kg in, 95kg out, yield 0.95
         shares M -> K 0.11 to 1.00, even 0.60 | L 0.20 to 1.00, even 0.60",
    );
}

#[test]
fn what_is_made_of_nothing_else_is_all_the_subject() {
    check(
        "transforming M*60kg => L*20kg K*30kg  plant 07:00
         transforming L*20kg => A1..A9         plant 08:00
         shares M -> A1..A9 1.00 to 1.00, even 1.00 | K 1.00 to 1.00, even 1.00 | L 1.00 to 1.00, even 1.00",
    );
}

#[test]
fn a_share_is_carried_on() {
    check(
        "transforming M*10kg N*90kg => L*100kg  plant 07:00
         transforming L*50kg K*50kg => J*100kg  plant 08:00
         shares M -> J 0.00 to 0.10, even 0.05 | L 0.10 to 0.10, even 0.10",
    );
}

#[test]
fn a_part_may_hold_more_of_the_subject_than_the_whole() {
    check(
        "transforming M*10kg => L*10kg    plant 07:00
         transforming N*10kg => L*10kg    plant 07:10
         transforming L*5kg => J*5kg      plant 08:00
         shares M -> J 0.00 to 1.00, even 0.50 | L 0.50 to 0.50, even 0.50",
    );
}

#[test]
fn what_was_reached_by_another_way_leaves_the_share_open() {
    check(
        "packing      C > M               farm  05:00
         transforming C N => L*100kg      plant 06:00
         transforming L*50kg K*50kg => J*100kg  plant 07:00
         shares M -> J 0.00 to 0.50 | L 0.00 to 1.00",
    );
}

#[test]
fn units_that_cannot_be_compared_leave_the_share_open() {
    check(
        "transforming M*10kg N*5 => L*100kg  plant 07:00
         transforming M*  K*5kg => J*10kg    plant 07:00
         shares M -> J 0.00 to 1.00 | L 0.00 to 1.00",
    );
}

#[test]
fn what_comes_out_twice_is_shared_by_amount() {
    check(
        "transforming M*10kg => L*10kg        plant 07:00
         transforming N*10kg M*10kg => L*20kg plant 08:00
         shares M -> L 0.67 to 0.67, even 0.67",
    );
}
