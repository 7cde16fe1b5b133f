/* Fills a <template> with data. Words stand in the template, data is only ever set as text.
   data-t="a, b|day": values with dots between, none: the element goes, or says data-or.   data-words="{a} and {b|day}"
   data-if="a", data-if="!a": stays or goes.   data-each="rows": once for each.   data-pill="offer:state"
   data-href, data-class: like data-words.   data-value, data-options: of a field.   data-from, data-until: days of a field.
   data-line: which line of a plant a field is about. */
window.epoFill = (function () {
  "use strict";
  var page = document, lang = page.documentElement.lang, ZONE = "America/Caracas", DAY = /^\d{4}-\d\d-\d\d$/;

  function find(data, path) {
    return path.split(".").reduce(function (at, name) { return at === null || at === undefined ? at : at[name]; }, data);
  }
  function isThere(value) { return !(value === null || value === undefined || value === "" || value === false || value.length === 0); }
  function parts(when, zone, shape) {
    var found = {};
    new Intl.DateTimeFormat(lang, Object.assign({ timeZone: zone }, shape)).formatToParts(when)
      .forEach(function (part) { found[part.type] = part.value.replace(".", ""); });
    return found;
  }
  /* "mié 12 mar", as on all pages. A day is the same day wherever the phone thinks it is. */
  function day(value) {
    var zone = DAY.test(value) ? "UTC" : ZONE, when = new Date(value);
    var said = parts(when, zone, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
    var year = said.year === parts(new Date(), zone, { year: "numeric" }).year ? "" : " " + said.year;
    return said.weekday + " " + said.day + " " + said.month + year;
  }
  function moment(value) {
    var said = parts(new Date(value), ZONE, { hour: "numeric", minute: "2-digit", hourCycle: "h23" });
    return day(value) + ", " + (said.hour % 12 || 12) + ":" + said.minute + (said.hour < 12 ? " am" : " pm");
  }
  function number(value) { return new Intl.NumberFormat(lang === "es" ? "es-VE" : lang, { maximumFractionDigits: 2 }).format(value); }
  /* What people type, for the server: "1.260" is a thousand and more in Spanish. Not a number where it can be read in two ways. */
  function amount(text) {
    var said = text.replace(/\s/g, ""), point = number(0.5).charAt(1), parts = said.split(/[.,]/);
    if (!/^\d+([.,]\d+)*$/.test(said)) return NaN;
    if (/^[1-9]\d{0,2}[.,]\d{3}$/.test(said)) return said.includes(point) ? NaN : Number(parts.join(""));
    var isWhole = parts.length > 2 && !(said.includes(".") && said.includes(",")), decimals = parts.length > 1 && !isWhole ? parts.pop() : "0";
    return Math.round(Number(parts.join("") + "." + decimals) * 100) / 100;
  }
  var AS = {
    day: day, moment: moment, number: number,
    stay: function (offer) { return offer.leaves_on ? day(offer.leaves_on) + " – " + day(offer.back_on) : ""; },
    km: function (value) { return number(Math.round(value)) + " km"; },
    hours: function (value) { return number(value) + " h"; },
    list: function (value) { return value.join(" · "); },
    phone: function (value) { return value.replace(/^\+58(\d{3})(\d{3})(\d+)$/, "0$1-$2$3"); },
    danger: function (value) { return value === "dangerous" ? "danger-bar" : ""; },
    primary: function (value) { return value ? "primary" : ""; },
    age: function (value) { return window.epoPack.ageOf(value); },
  };
  function said(data, asked) {
    var pair = asked.trim().split("|"), value = find(data, pair[0]);
    if (!isThere(value)) return "";
    return String(pair[1] ? AS[pair[1]](value) : value);
  }
  function words(data, pattern) {
    return pattern.replace(/\{([^}]+)\}/g, function (_all, asked) { return said(data, asked); });
  }

  /* Each answers true where the element has gone. */
  var DO = {
    each: function (place, data, path) {
      (find(data, path) || []).forEach(function (item) {
        var one = place.cloneNode(true), own = Object.create(data);
        one.removeAttribute("data-each");
        place.before(one);
        fill(one, Object.assign(own, item instanceof Object ? item : { it: item }));
      });
      place.remove();
      return true;
    },
    if: function (place, data, path) {
      var isNot = path[0] === "!";
      if (isThere(find(data, path.replace("!", ""))) !== isNot) return false;
      place.remove();
      return true;
    },
    t: function (place, data, paths) {
      var text = paths.split(",").map(function (path) { return said(data, path); }).filter(Boolean).join(" · ");
      if (!text && place.dataset.or === undefined) { place.remove(); return true; }
      place.textContent = text || place.dataset.or;
    },
    words: function (place, data, pattern) { place.textContent = words(data, pattern); },
    pill: function (place, data, asked) {
      var pair = asked.split(":"), state = find(data, pair[1]), look = state && data.states[pair[0] + "." + state];
      if (!look) { place.remove(); return true; }
      place.classList.add.apply(place.classList, ("pill " + look[0]).split(" "));
    },
    href: function (place, data, pattern) { place.setAttribute("href", words(data, pattern)); },
    class: function (place, data, pattern) { place.className = (place.className + " " + words(data, pattern)).trim(); },
    options: function (place, data, path) {
      (find(data, path) || []).forEach(function (pair) { place.add(new Option(pair[1], pair[0])); });
    },
    value: function (place, data, path) {
      var value = path[0] === "=" ? path.slice(1) : find(data, path);
      place.value = value === null || value === undefined ? "" : value;
    },
    line: function (place, data, path) { place.dataset.line = find(data, path); },
    from: function (place, data, path) { place.min = find(data, path) || ""; },
    until: function (place, data, path) { place.max = find(data, path) || ""; },
  };
  var ORDER = ["each", "if", "t", "words", "pill", "href", "class", "options", "value", "line", "from", "until"];

  /* `data.seen` hears of each element that stays, with the data that it stands for. */
  function fill(place, data) {
    var isGone = place.dataset && ORDER.some(function (name) {
      return place.dataset[name] !== undefined && DO[name](place, data, place.dataset[name]);
    });
    if (isGone) return;
    if (place.dataset && data.seen(place, data)) return;
    Array.from(place.children).forEach(function (child) { fill(child, data); });
  }

  var count = 0;
  function named(root) {
    root.querySelectorAll(".field > label:not([for])").forEach(function (label) {
      var field = label.parentNode.querySelector("input, select, textarea"), hint = label.parentNode.querySelector(".hint");
      count += 1;
      label.htmlFor = field.id = "road-" + count;
      if (hint) { hint.id = field.id + "-hint"; field.setAttribute("aria-describedby", hint.id); }
    });
    return root;
  }
  return {
    words: words, day: day, amount: amount,
    template: function (name, data) {
      var made = page.getElementById(name).content.cloneNode(true);
      fill(made, data);
      return named(made);
    },
  };
})();
