/* What waits on this phone until it has arrived. Pages and the service worker share this file.
   Nothing here asks what time the phone thinks it is: what was put in first goes first. */
(function (scope) {
  "use strict";
  var LEAST = 5, MOST = 300, LONGEST = 3600, RECEIPTS = 10, OFTEN = 3, PROBE = 1e4, TOGETHER = 20, FRESH = 3e4;
  var says = "BroadcastChannel" in scope ? new BroadcastChannel("epo-outbox") : null;
  var wait = LEAST, timer = 0, sending = null, isAskedAgain = false, hear = [];

  function opened() {
    return new Promise(function (done, failed) {
      var asked = indexedDB.open("epo-outbox", 1);
      asked.onupgradeneeded = function () {
        asked.result.createObjectStore("entries", { keyPath: "n", autoIncrement: true }).createIndex("id", "id", { unique: true });
      };
      asked.onsuccess = function () { done(asked.result); };
      asked.onerror = asked.onblocked = function () { failed(asked.error); };
    });
  }
  /* Resolves once what was written is on the disk of the phone. */
  async function within(mode, act) {
    var base = await opened();
    try {
      return await new Promise(function (done, failed) {
        var turn = base.transaction("entries", mode, { durability: "strict" }), store = turn.objectStore("entries"), asked = act(store);
        turn.oncomplete = function () { done(asked && asked.result); };
        turn.onerror = turn.onabort = function () { failed(turn.error); };
      });
    } finally { base.close(); }
  }
  function all() { return within("readonly", function (store) { return store.getAll(); }); }
  function write(entry) { return within("readwrite", function (store) { return store.put(entry); }); }
  function remove(n) { return within("readwrite", function (store) { return store.delete(n); }); }

  /* A page that fails to show what it hears must not stop the sending. */
  function heard() {
    hear.forEach(function (act) { try { act(); } catch (error) { console.error(error); } });
  }
  function tell() {
    heard();
    if (says) says.postMessage(1);
  }
  if (says) says.onmessage = heard;

  async function put(entries) {
    await within("readwrite", function (store) {
      entries.forEach(function (entry) { entry.state = "waiting"; entry.tries = 0; store.add(entry); });
    });
    tell();
    var worker = scope.navigator.serviceWorker;
    if (worker && "SyncManager" in scope) {
      worker.ready.then(function (ours) { return ours.sync.register("outbox"); }).catch(function () { /* it goes without */ });
    }
  }

  /* As long as a line of one kilobyte a second needs, and half a minute. */
  function patience(entry) { return 3e4 + (entry.blob ? entry.blob.size : 0); }

  async function ask(url, most, options) {
    var stop = new AbortController(), late = setTimeout(function () { stop.abort(); }, most);
    try {
      var answer = await fetch(url, Object.assign({ credentials: "omit", signal: stop.signal, cache: "no-store" }, options));
      var said = await answer.text();
      return { status: answer.status, after: Number(answer.headers.get("Retry-After")) || 0, said: said[0] === "{" ? JSON.parse(said) : {} };
    } catch (lost) {
      return { status: 0, after: 0, said: {} };
    } finally { clearTimeout(late); }
  }
  /* Under nobody's name, or with the token of who is signed in. */
  function ship(entry, token) {
    var headers = { "Content-Type": entry.blob ? "application/octet-stream" : "application/json" };
    if (token) headers["X-CSRFToken"] = token;
    return ask(entry.url, patience(entry), {
      method: "PUT", body: entry.blob || JSON.stringify(entry.json), headers: headers, credentials: token ? "same-origin" : "omit",
    });
  }
  function askFresh() { return ask("/api/v1/fresh", FRESH, { credentials: "same-origin" }); }
  async function hasLine() { return (await ask("/healthz", PROBE, {})).status > 0; }

  /* The server names what it keeps; a page that something on the way put in its place does not. */
  function isKept(got) { return got.said.kept === "raw" || got.status >= 200 && got.status < 300 && (got.said.kept || got.said.id); }

  /* True where it arrived, or never will; false where it goes on waiting. */
  async function settle(entry, got) {
    if (isKept(got)) {
      entry.state = "sent";
      entry.answer = { number: got.said.number || "", link: got.said.status_url || "" };
      delete entry.json; delete entry.blob;
      await (entry.after ? remove(entry.n) : write(entry));
    } else if ([404, 409, 413, 415, 422].includes(got.status)) {
      entry.state = "refused";
      entry.answer = { why: got.said.detail || "" };
      await write(entry);
    } else {
      entry.tries += 1;
      await write(entry);
      return false;
    }
    return true;
  }

  /* Twice, while there is a line; null where there is none. */
  async function tryHard(entry, token) {
    var got = await ship(entry, token);
    if (got.status) return got;
    if (!await hasLine()) return null;
    got = await ship(entry, token);
    return got.status || await hasLine() ? got : null;
  }

  /* What fails for now must not change the order, and what always fails must not hold up the rest. */
  function mayBeOvertaken(entry, got) {
    return entry.blob || entry.tries >= OFTEN || got.status >= 400 && got.status < 500 && got.status !== 429;
  }

  /* What somebody signed in wrote goes under their name alone, in the order of writing; what is of others waits for them. */
  async function sendActions(written) {
    var fresh = await askFresh(), owner = fresh.said.owner;
    if (!fresh.said.csrf) return 1;
    var own = written.filter(function (entry) { return entry.owner === owner; }).slice(0, TOGETHER);
    if (!own.length) return 0;
    var actions = own.map(function (entry) { return Object.assign({ id: entry.id }, entry.action); });
    var got = await ask("/api/v1/actions", FRESH + 1e3 * own.length, {
      method: "POST", credentials: "same-origin", body: JSON.stringify({ owner: owner, actions: actions }),
      headers: { "Content-Type": "application/json", "X-CSRFToken": fresh.said.csrf },
    });
    if (got.status !== 200 || !got.said.answers) return got.after || 1;
    var later = 0, rest = written.filter(function (entry) { return !own.includes(entry); });
    for (var entry of own) {
      var answer = got.said.answers.find(function (one) { return one.id === entry.id; });
      if (!answer || !await settleAction(entry, answer)) later = 1;
    }
    tell();
    return Math.max(later, rest.length ? await sendActions(rest) : 0);
  }
  async function settleAction(entry, answer) {
    if (answer.status === 200) entry.state = "sent";
    else if ([404, 409, 422].includes(answer.status)) entry.state = "refused";
    else entry.tries += 1;
    entry.answer = { why: answer.detail || "", code: answer.code || "", state: answer.state || "" };
    await write(entry);
    return entry.state !== "waiting";
  }

  /* In the order of writing; words first, as photos may take minutes, and each after its report. */
  async function pass() {
    var longest = 0, waits = {}, left = (await all()).filter(function (entry) { return entry.state === "waiting"; });
    function isReport(entry) { return Boolean(entry.json); }
    function isPhoto(entry) { return entry.blob && !entry.owner; }
    function isOwned(entry) { return entry.blob && entry.owner; }
    var written = left.filter(function (entry) { return entry.action && !entry.blob; });
    if (written.length) longest = await sendActions(written);
    left.forEach(function (entry) { waits[entry.id] = true; });
    for (var entry of left.filter(isReport).concat(left.filter(isPhoto), left.filter(isOwned))) {
      var fresh = entry.owner ? await askFresh() : null;
      if (fresh && !fresh.said.csrf) { longest = longest || 1; break; }
      if (waits[entry.after] || fresh && fresh.said.owner !== entry.owner) continue;
      var got = await tryHard(entry, fresh && fresh.said.csrf), isDone = got && await settle(entry, got);
      if (isDone) delete waits[entry.id]; else longest = Math.max(longest, got && got.after || 1);
      tell();
      if (!got || !isDone && !mayBeOvertaken(entry, got)) break;
    }
    var sent = (await all()).filter(function (entry) { return entry.state === "sent"; });
    await Promise.all(sent.slice(0, -RECEIPTS).map(function (entry) { return remove(entry.n); }));
    return longest;
  }

  /* One sender among all tabs and the worker. Where locks are not known two may send: the server stores an id once. */
  function alone(act) { return scope.navigator.locks ? scope.navigator.locks.request("epo-outbox", act) : act(); }

  /* What was put in while others were on their way goes right after them. */
  function send() {
    clearTimeout(timer);
    if (sending) { isAskedAgain = true; return sending; }
    sending = alone(pass).then(function (longest) {
      if (longest) timer = setTimeout(send, Math.min(Math.max(longest, wait), LONGEST) * 1e3);
      wait = longest ? Math.min(wait * 2, MOST) : LEAST;
      return longest;
    }).finally(function () { sending = null; }).then(function (longest) {
      if (!isAskedAgain) return longest;
      isAskedAgain = false;
      return send();
    });
    return sending;
  }
  function sendNow() { wait = LEAST; return send(); }

  scope.epoOutbox = {
    put: put, list: all, send: sendNow, drop: async function (n) { await remove(n); tell(); },
    on: function (act) { hear.push(act); },
    id: function () {
      if (scope.crypto.randomUUID) return scope.crypto.randomUUID();
      var bytes = scope.crypto.getRandomValues(new Uint8Array(16));
      bytes[6] = bytes[6] & 15 | 64; bytes[8] = bytes[8] & 63 | 128;
      var hex = Array.from(bytes, function (byte) { return (byte + 256).toString(16).slice(1); }).join("");
      return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    },
  };
})(self);
