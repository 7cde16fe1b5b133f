{% autoescape off %}/* Keeps what opens without network: pages of nobody, and their files. Pages of people are never kept. */
importScripts("{{ outbox }}");
var KEPT = "epo-{{ version }}", PATIENCE = 1e4, LONG = 3e4;
var WAITING = "{{ pages.0 }}", REPORT = "{{ pages.1 }}", PAGES = [WAITING, REPORT];
var FILES = [{% for file in files %}"{{ file }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
var ROAD = [{% for file in road %}"{{ file }}"{% if not forloop.last %}, {% endif %}{% endfor %}], ALL = PAGES.concat(FILES, ROAD);

/* Pages are asked for as nobody. Files that this phone has just loaded are not loaded again. */
function keep(paths) {
  return caches.open(KEPT).then(function (kept) {
    return kept.addAll(paths.map(function (path) {
      return new Request(path, { cache: PAGES.indexOf(path) > -1 ? "reload" : "default", credentials: "omit" });
    }));
  });
}
/* What the road needs is kept for who is signed in: others do not pay for its bytes. */
function keepRoad() {
  return fetch("/api/v1/fresh", { cache: "no-store" }).then(function (answer) { return answer.json(); }).then(function (fresh) {
    return fresh.owner ? keep(ROAD) : null;
  }).catch(function () { /* with the next page of theirs */ });
}
self.addEventListener("install", function (event) {
  event.waitUntil(keep(PAGES.concat(FILES)).then(keepRoad).then(function () { return self.skipWaiting(); }));
});
self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.map(function (name) { return name.indexOf("epo-") === 0 && name !== KEPT ? caches.delete(name) : null; }));
  }).then(function () { return self.clients.claim(); }));
});

function isReport(path) { return path.indexOf("/r/") === 0 || path === "/reportar"; }
function kept(path) { return caches.match(path, { cacheName: KEPT }); }
/* A line that says nothing for ten seconds is none, where what is at hand works without it; else half a minute. */
function inTime(asked, most, instead) {
  return Promise.race([asked, new Promise(function (done) { setTimeout(done, most); }).then(instead)]);
}
function opened(request, path) {
  var instead = function () { return kept(isReport(path) ? REPORT : WAITING).then(function (page) { return page || Response.error(); }); };
  var asked = fetch(request).then(function (answer) { return isReport(path) && answer.status > 501 ? instead() : answer; }, instead);
  return inTime(asked, isReport(path) ? PATIENCE : LONG, instead);
}
function ours(event, path) {
  return kept(path).then(function (file) {
    if (file) return file;
    if (path === ROAD[0]) event.waitUntil(keepRoad());
    return inTime(fetch(event.request), PATIENCE, Response.error);
  });
}
self.addEventListener("fetch", function (event) {
  var url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (ALL.indexOf(url.pathname) > -1) event.respondWith(ours(event, url.pathname));
  else if (event.request.mode === "navigate") event.respondWith(opened(event.request, url.pathname));
});
self.addEventListener("sync", function (event) {
  event.waitUntil(self.epoOutbox.send().then(function (later) { if (later) throw new Error("later"); }));
});
{% endautoescape %}
