//! A small licence SDK as an application would ship it: `SystemTime`, a thread that waits on
//! a channel with a time-out, `TcpStream`.

use crate::http;
use crate::instant;
use crate::json::{map, Json};
use crate::store::{Licence, Report, Store};
use std::collections::HashSet;
use std::path::Path;
use std::sync::mpsc::{channel, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread::{spawn, JoinHandle};
use std::time::{Duration, Instant};

const SLOT_S: i64 = 180;
const RETENTION_S: i64 = 30 * 86_400;
const BATCH: usize = 500;
const STANDING_BY: i64 = 100;

/// What the application is told.
pub struct Refusal {
    pub code: i64,
    pub message: String,
}

fn refusal<T>(code: i64, message: &str) -> Result<T, Refusal> {
    Err(Refusal { code, message: message.into() })
}

/// What the application configures. `bug`: a mistake to make on purpose.
#[derive(Clone)]
pub struct Settings {
    pub params: Json,
    pub product: String,
    pub is_lts: bool,
    pub bug: String,
}

impl Settings {
    fn text(&self, name: &str) -> Option<&str> {
        self.params.get(name).text()
    }

    fn servers(&self) -> Vec<&str> {
        self.params.get("servers").list().iter().filter_map(Json::text).collect()
    }

    fn selector(&self) -> String {
        let parts = vec![
            self.text("handshakeCode").into(),
            self.text("organizationId").into(),
            self.product.as_str().into(),
        ];
        Json::List(parts).render()
    }
}

/// A session under way.
pub struct Client {
    session: Arc<Mutex<Session>>,
    end: Sender<()>,
    ticker: JoinHandle<()>,
}

impl Client {
    /// Gets authorised, sends what earlier sessions left, and begins to tick.
    pub fn start(settings: Settings) -> Result<Client, Refusal> {
        let has_code = settings.text("handshakeCode").is_some();
        let is_tracked = has_code || settings.text("organizationId").is_some();
        if is_tracked && settings.text("productKeys").is_some() {
            return refusal(-20006, "Product keys exclude other licences.");
        }
        if !is_tracked {
            return refusal(-20000, "No licence is configured.");
        }
        let period = if settings.bug == "ticks-early" { 120 } else { 180 };
        let mut session = Session::authorised(settings)?;
        session.purge();
        let begun = Instant::now();
        session.submit();
        let session = Arc::new(Mutex::new(session));
        let (end, ended) = channel();
        let shared = Arc::clone(&session);
        let ticker = spawn(move || tick(&shared, &ended, begun, Duration::from_secs(period)));
        Ok(Client { session, end, ticker })
    }

    /// Counts what was done just now.
    pub fn record(&self, kind: &str, count: i64, success: bool) {
        self.session.lock().expect("no thread panics").record(kind, count, success);
    }

    /// Ends the session; what is pending waits on disk.
    pub fn stop(self) {
        drop(self.end);
        self.ticker.join().expect("no thread panics");
    }
}

/// Every three minutes, counted from the start, until the other end of `ended` is gone.
fn tick(session: &Mutex<Session>, ended: &Receiver<()>, begun: Instant, period: Duration) {
    let mut due = begun + period;
    while ended.recv_timeout(due - Instant::now()) == Err(RecvTimeoutError::Timeout) {
        due += period;
        let mut session = session.lock().expect("no thread panics");
        if session.settings.bug == "retries" {
            session.tried.clear();
        }
        session.submit();
    }
}

struct Session {
    settings: Settings,
    store: Store,
    server: String,
    code: Option<String>,
    tried: HashSet<i64>,
}

impl Session {
    fn authorised(settings: Settings) -> Result<Session, Refusal> {
        let folder = settings.text("cacheDir").unwrap_or(".").to_string();
        let Ok(store) = Store::open(Path::new(&folder)) else {
            return refusal(-20001, "The cache cannot be written.");
        };
        let mut session =
            Session { settings, store, server: String::new(), code: None, tried: HashSet::new() };
        session.authorise()?;
        Ok(session)
    }

    fn authorise(&mut self) -> Result<(), Refusal> {
        let selector = self.settings.selector();
        let servers: Vec<String> = self.settings.servers().into_iter().map(String::from).collect();
        for server in &servers {
            let (status, answer) = post(server, "/dls/authorization", &self.request());
            let code = answer.get("error").get("code").number();
            if status == 200 && answer.get("authorized").is_true() {
                self.keep(server, &answer);
                return Ok(());
            }
            if let Some(code) = code.filter(|code| *code != STANDING_BY) {
                self.store.licences.retain(|licence| licence.selector != selector);
                self.save();
                let message = answer.get("error").get("message").text().unwrap_or("refused");
                return refusal(-20000 - code, message);
            }
        }
        let now = instant::now();
        let kept = self.store.licences.iter().find(|licence| licence.selector == selector);
        match kept.filter(|licence| instant::parse(&licence.until).is_some_and(|until| now < until)) {
            None => {
                let code = if self.settings.is_lts { -20003 } else { -20200 };
                refusal(code, "The licence server cannot be reached.")
            }
            Some(licence) => {
                self.code = licence.code.clone();
                self.server = servers[0].clone();
                Ok(())
            }
        }
    }

    fn keep(&mut self, server: &str, answer: &Json) {
        let selector = self.settings.selector();
        self.server = server.into();
        self.code = answer.get("handshakeCode").text().map(String::from);
        let until = answer.get("validUntil").text().unwrap_or("").into();
        self.store.licences.retain(|licence| licence.selector != selector);
        self.store.licences.push(Licence { selector, code: self.code.clone(), until });
        self.save();
    }

    fn request(&self) -> Json {
        let binding = map(vec![("kind", "process-name".into()), ("value", "plain".into())]);
        map(vec![
            ("clientUuid", self.store.uuid.as_str().into()),
            ("handshakeCode", self.settings.text("handshakeCode").into()),
            ("organizationId", self.settings.text("organizationId").into()),
            ("sessionPassword", self.settings.text("sessionPassword").into()),
            ("product", self.settings.product.as_str().into()),
            ("generation", if self.settings.is_lts { "lts" } else { "dls" }.into()),
            ("deploymentType", "desktop".into()),
            ("binding", binding),
            ("chargeWay", "auto".into()),
            ("instances", Json::Number(1)),
            ("alias", Json::Null),
        ])
    }

    fn record(&mut self, kind: &str, count: i64, success: bool) {
        if count <= 0 || !(success || self.settings.bug == "counts-failures") {
            return;
        }
        let usage = &mut self.open_report().usage;
        match usage.iter_mut().find(|(known, _)| known == kind) {
            Some((_, units)) => *units += count,
            None => usage.push((kind.into(), count)),
        }
        self.save();
    }

    /// The report that grows at present, made if there is none.
    fn open_report(&mut self) -> &mut Report {
        let first = i64::from(self.settings.is_lts && self.settings.bug != "wrong-grid");
        let slot = (instant::now() - first).div_euclid(SLOT_S) * SLOT_S + first;
        let code = self.settings.text("handshakeCode").map(String::from).or(self.code.clone());
        let organization = match code {
            Some(_) => None,
            None => self.settings.text("organizationId").map(String::from),
        };
        let found = self.store.reports.iter().position(|report| {
            let is_same = report.code == code && report.organization == organization;
            report.slot == slot && !report.is_sealed && is_same
        });
        let index = found.unwrap_or_else(|| {
            self.store.last += 1;
            let id = self.store.last;
            let made = Report { id, slot, code, organization, usage: vec![], is_sealed: false };
            self.store.reports.push(made);
            self.store.reports.len() - 1
        });
        &mut self.store.reports[index]
    }

    fn purge(&mut self) {
        if !self.settings.is_lts {
            let oldest = instant::now() - RETENTION_S - SLOT_S;
            self.store.reports.retain(|report| report.slot >= oldest);
            self.save();
        }
    }

    /// Sends what is closed and was not tried in this session, oldest first.
    fn submit(&mut self) {
        let closed = instant::now() - SLOT_S;
        let due: Vec<i64> = self
            .store
            .reports
            .iter()
            .filter(|report| !self.tried.contains(&report.id))
            .filter(|report| report.is_sealed || report.slot <= closed)
            .map(|report| report.id)
            .collect();
        for batch in due.chunks(BATCH) {
            self.submit_batch(batch);
        }
    }

    fn submit_batch(&mut self, batch: &[i64]) {
        let mut reports = Vec::new();
        for report in &mut self.store.reports {
            if batch.contains(&report.id) {
                report.is_sealed = true;
                self.tried.insert(report.id);
                reports.push(rendered(report, &self.store.uuid, &self.settings.product));
            }
        }
        self.save();
        let message = map(vec![("reports", Json::List(reports))]);
        let (status, answer) = post(&self.server, "/dls/usage", &message);
        if status == 200 && answer.get("accepted").is_true() {
            self.store.reports.retain(|report| !batch.contains(&report.id));
            self.save();
        }
    }

    /// A cache that cannot be written ends no session.
    fn save(&self) {
        let _ = self.store.save();
    }
}

fn rendered(report: &Report, uuid: &str, product: &str) -> Json {
    let account = match &report.code {
        Some(code) => ("handshakeCode", code.as_str().into()),
        None => ("organizationId", report.organization.as_deref().into()),
    };
    let usage = report.usage.iter().map(|(kind, count)| {
        map(vec![("type", kind.as_str().into()), ("count", Json::Number(*count))])
    });
    map(vec![
        ("timeLabel", instant::render(report.slot).as_str().into()),
        account,
        ("clientUuid", uuid.into()),
        ("product", product.into()),
        ("usage", Json::List(usage.collect())),
    ])
}

/// Whatever goes wrong is an answer without a status.
fn post(server: &str, path: &str, message: &Json) -> (u16, Json) {
    let url = format!("{}{path}", server.trim_end_matches('/'));
    match http::post(&url, &message.render()) {
        Ok((status, body)) => (status, Json::parse(&body)),
        Err(_) => (0, Json::Null),
    }
}
