// The wallboard: one picture from the stream, drawn; seconds tick here between pictures.
const STATES = { ready: "空闲", ringing: "振铃", talking: "通话", wrap_up: "话后处理", paused: "示忙", unavailable: "话机离线" };
const STALE_MS = 12000; // the stream speaks at least every five seconds
const KEY = "hotline-token";
const NOTHING = { calls: 0, self_service: 0, offered: 0, answered: 0, lost: 0, answer_rate: null, loss_rate: null, service_level: null, wait_mean: null, wait_max: null };
const at = (id) => document.getElementById(id);

let token = takeToken();
let picture = null;
let heardAt = 0; // when the last picture came, by this machine's clock
let offset = 0; // server's clock minus ours, ms
let socket = null;
let fallback = null;

function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, "", location.pathname); // out of the address bar and the history
  }
  return given || sessionStorage.getItem(KEY);
}

function start() {
  if (!token) return askToken("");
  at("login").hidden = true;
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/v1/live/stream`, [`bearer.${token}`]);
  socket.onmessage = (message) => { stopPolling(); take(JSON.parse(message.data)); };
  socket.onclose = () => { socket = null; poll(); setTimeout(() => { if (token && !socket) start(); }, 3000); };
}

async function poll() {
  if (fallback) return;
  const once = async () => {
    try {
      const reply = await fetch("/api/v1/live", { headers: { Authorization: `Bearer ${token}` } });
      if (reply.status === 401) { stopPolling(); token = null; sessionStorage.removeItem(KEY); return askToken("这个令牌无效。"); }
      if (reply.ok) take(await reply.json());
    } catch { /* the notice says since when nothing came */ }
  };
  fallback = setInterval(once, 2000);
  await once();
}

function stopPolling() { clearInterval(fallback); fallback = null; }

function askToken(complaint) {
  at("login").hidden = false;
  document.querySelector("main").hidden = true;
  at("login-error").textContent = complaint;
  at("token").focus();
}

at("login").addEventListener("submit", (event) => {
  event.preventDefault();
  token = at("token").value.trim();
  sessionStorage.setItem(KEY, token);
  at("token").value = "";
  start();
});
at("centre").addEventListener("change", draw);

function take(news) {
  picture = news;
  heardAt = Date.now();
  offset = Date.parse(news.as_of) - heardAt;
  document.querySelector("main").hidden = false;
  at("login").hidden = true;
  const select = at("centre");
  if (select.options.length === 1) {
    for (const [code, name] of Object.entries(news.centres)) select.add(new Option(name, code));
  }
  draw();
}

const seconds = (since) => Math.max(0, Math.floor((Date.now() + offset - Date.parse(since)) / 1000));
const clock = (s) => `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
const share = (value) => (value === null ? "–" : `${(value * 100).toFixed(1)}%`);
const whole = (value) => (value === null ? "–" : `${Math.round(value)} 秒`);

function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function draw() {
  const now = new Date();
  at("clock").textContent = now.toLocaleTimeString("zh-CN", { hour12: false });
  notice(now);
  if (!picture) return;
  const centre = at("centre").value;
  const mine = (one) => !centre || one.centre === centre;
  const waiting = picture.waiting.filter(mine);
  const agents = picture.agents.filter(mine);
  const longest = waiting.length ? Math.max(...waiting.map((one) => seconds(one.since))) : 0;
  at("waiting-count").textContent = waiting.length;
  at("longest").textContent = waiting.length ? `最长 ${clock(longest)}` : "无人等候";
  at("waiting-figure").classList.toggle("alarm", longest >= picture.wait_alarm_seconds);
  figures(centre ? picture.today_by_centre[centre] || NOTHING : picture.today);
  at("waiting").replaceChildren(...(waiting.length ? waiting.map(caller) : [element("li", "没有等候的来电", "none")]));
  at("agent-count").textContent = `${agents.filter((one) => one.state === "ready").length} 空闲 / ${agents.length} 签入`;
  at("agents").replaceChildren(...(agents.length ? agents.map(agent) : [element("li", "没有座席签入", "none")]));
  at("low").replaceChildren(...picture.low_ratings.filter(mine).slice(0, 5).map(low));
}

function withUnit(id, value, unit) {
  at(id).replaceChildren(...(value === null ? ["–"] : [String(value), element("i", unit)]));
}

function figures(today) {
  if (!picture.today) return;
  at("offered").textContent = today.offered;
  at("calls-note").textContent = `总 ${today.calls} · 自助 ${today.self_service}`;
  at("answered").textContent = today.answered;
  at("answer-rate").textContent = `接通率 ${share(today.answer_rate)}`;
  at("lost").textContent = today.lost;
  at("loss-rate").textContent = `呼损率 ${share(today.loss_rate)}`;
  at("lost-figure").classList.toggle("alarm", today.loss_rate !== null && today.loss_rate >= picture.loss_rate_alarm);
  withUnit("level", today.service_level === null ? null : Math.floor(today.service_level * 100 + 1e-6), "%");
  at("level-note").textContent = `${picture.service_level_seconds} 秒内接通`;
  withUnit("wait-mean", today.wait_mean === null ? null : Math.round(today.wait_mean), "秒");
  at("wait-note").textContent = `最长 ${whole(today.wait_max)}`;
}

function caller(one) {
  const row = element("li", "", seconds(one.since) >= picture.wait_alarm_seconds ? "long" : "");
  row.append(element("span", picture.centres[one.centre] || one.centre));
  if (one.ringing) row.append(element("span", `正在振铃 ${one.ringing}`, "ring"));
  row.append(element("b", clock(seconds(one.since))));
  return row;
}

const REASONS = { no_answer: "久叫不接" };
const WHY = { attitude: "服务态度", unsolved: "没有解决", wait: "等候太久", other: "其他", message: "有留言" };

function low(one) {
  const row = element("li", "", "long");
  row.append(element("span", `不满意 ${one.agent}`), element("span", WHY[one.why] || ""), element("b", new Date(one.at).toLocaleTimeString("zh-CN", { hour12: false })));
  return row;
}

function agent(one) {
  const row = element("li", "", one.state + (one.too_long ? " too-long" : ""));
  row.append(
    element("span", one.number, "number"),
    element("span", clock(seconds(one.since)), "timer"),
    element("span", (STATES[one.state] || one.state) + (one.reason ? `（${REASONS[one.reason] || one.reason}）` : "") + (one.too_long ? " 超时" : ""), "state"),
    element("span", picture.centres[one.centre] || one.centre, "where"),
  );
  return row;
}

function notice(now) {
  const said = at("notice");
  const lost = heardAt && now - heardAt > STALE_MS;
  let text = "";
  if (!picture && token) text = "正在连接…";
  else if (lost) text = `▲ 与服务器失去联系，数据停在 ${new Date(heardAt).toLocaleTimeString("zh-CN", { hour12: false })}`;
  else if (picture && !picture.connected) text = `▲ 收不到话务平台的消息，自 ${new Date(picture.stale_since).toLocaleTimeString("zh-CN", { hour12: false })} 起`;
  else if (picture && !picture.today) text = "▲ 数据库没有响应，今日指标暂停更新";
  if (said.textContent !== text) said.textContent = text;
  said.hidden = !text;
  document.body.classList.toggle("stale", Boolean(lost || (picture && !picture.connected)));
}

setInterval(draw, 1000);
draw();
start();
