//! An item's history over events of ranges: containment in time, transformation, order.
