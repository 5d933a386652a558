// Finds a number such that the SHA-256 of "seed:number" begins with enough bits that are 0, then
// goes on with it. Without this script the browser goes on by itself when its turn has come.
"use strict";
(function () {
  // SHA-256 (FIPS 180-4) of a text of at most 55 ASCII characters; its first 32 bits.
  var primes = [], K = [], start = [];
  for (var n = 2; primes.length < 64; n++) {
    if (primes.every(function (p) { return n % p; })) primes.push(n);
  }
  function fraction(x) { return ((x - Math.floor(x)) * 4294967296) | 0; }
  primes.forEach(function (p) { K.push(fraction(Math.cbrt(p))); });
  for (var i = 0; i < 8; i++) start.push(fraction(Math.sqrt(primes[i])));
  var w = new Int32Array(64);
  function turn(x, by) { return (x >>> by) | (x << (32 - by)); }
  function hash(text) {
    var i, block = new Uint8Array(64);
    for (i = 0; i < text.length; i++) block[i] = text.charCodeAt(i);
    block[text.length] = 128;
    block[62] = (text.length * 8) >> 8;
    block[63] = (text.length * 8) & 255;
    for (i = 0; i < 16; i++) {
      w[i] = (block[4 * i] << 24) | (block[4 * i + 1] << 16) | (block[4 * i + 2] << 8) | block[4 * i + 3];
    }
    for (; i < 64; i++) {
      var x = w[i - 15], y = w[i - 2];
      w[i] = (w[i - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + w[i - 7] +
        (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))) | 0;
    }
    var s = start.slice();
    for (i = 0; i < 64; i++) {
      var a = s[0], e = s[4];
      var one = (s[7] + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & s[5]) ^ (~e & s[6])) + K[i] + w[i]) | 0;
      var two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]))) | 0;
      s = [(one + two) | 0, a, s[1], s[2], (s[3] + one) | 0, e, s[5], s[6]];
    }
    return (s[0] + start[0]) >>> 0;
  }
  var asked = document.getElementById("main").dataset, number = 0;
  var below = Math.pow(2, 32 - Number(asked.bits));
  function work() {
    for (var end = number + 2000; number < end; number++) {
      if (hash(asked.seed + ":" + number) < below) {
        location.replace(asked.work + number);
        return;
      }
    }
    setTimeout(work, 0);
  }
  work();
})();
