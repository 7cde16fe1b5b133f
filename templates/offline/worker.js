{% autoescape off %}/* Keeps what opens without network: pages of nobody, and their files. Pages of people are never kept. */
importScripts("{{ outbox }}");
var KEPT = "epo-{{ version }}", PATIENCE = 1e4, LONG = 3e4;
var FILES = [{% for file in keeps %}"{{ file }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
var WAITING = "{{ pages.0 }}", REPORT = "{{ pages.1 }}";

self.addEventListener("install", function (event) {
  event.waitUntil(caches.open(KEPT).then(function (kept) {
    return kept.addAll(FILES.map(function (file) { return new Request(file, { cache: "reload", credentials: "omit" }); }));
  }).then(function () { return self.skipWaiting(); }));
});
self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.map(function (name) { return name.indexOf("epo-") === 0 && name !== KEPT ? caches.delete(name) : null; }));
  }).then(function () { return self.clients.claim(); }));
});

function isReport(path) { return path.indexOf("/r/") === 0 || path === "/reportar"; }
function kept(path) { return caches.match(path, { cacheName: KEPT }); }
/* A line that says nothing for ten seconds is none, where a form that works without it is at hand; else half a minute. */
function opened(request, path) {
  var instead = function () { return kept(isReport(path) ? REPORT : WAITING).then(function (page) { return page || Response.error(); }); };
  var asked = fetch(request).then(function (answer) { return isReport(path) && answer.status === 503 ? instead() : answer; }, instead);
  return Promise.race([asked, new Promise(function (done) { setTimeout(done, isReport(path) ? PATIENCE : LONG); }).then(instead)]);
}
self.addEventListener("fetch", function (event) {
  var url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (FILES.indexOf(url.pathname) > -1) event.respondWith(kept(url.pathname).then(function (file) { return file || fetch(event.request); }));
  else if (event.request.mode === "navigate") event.respondWith(opened(event.request, url.pathname));
});
self.addEventListener("sync", function (event) {
  event.waitUntil(self.epoOutbox.send().then(function (later) { if (later) throw new Error("later"); }));
});
{% endautoescape %}