// Asks the device where it is once its owner has pressed the button, and sends it with the form.
"use strict";
(function () {
  var form = document.getElementById("place"), refused = document.getElementById("refused");
  if (!navigator.geolocation) return;
  form.hidden = false;
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    navigator.geolocation.getCurrentPosition(function (found) {
      form.elements.latitude.value = found.coords.latitude;
      form.elements.longitude.value = found.coords.longitude;
      form.submit();
    }, function () { refused.hidden = false; }, { timeout: 15000, maximumAge: 60000 });
  });
})();
