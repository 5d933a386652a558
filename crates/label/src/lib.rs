//! The QR symbol of one code as SVG and PNG.
