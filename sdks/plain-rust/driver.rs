//! The driver of the plain SDK: it calls the SDK's public functions, and has no clock. Time
//! passes around it, so `advance` and `set_clock` have nothing to do.

mod http;
mod instant;
mod json;
mod licence;
mod store;

use json::{map, Json};
use licence::{Client, Refusal, Settings};
use std::io::{stdin, stdout, BufRead, Write};

struct Driver {
    client: Option<Client>,
}

fn or_else(name: &str, otherwise: &str) -> String {
    let value = std::env::var(name).unwrap_or_default();
    if value.is_empty() { otherwise.into() } else { value }
}

impl Driver {
    fn answer_to(&mut self, method: &str, params: &Json) -> Option<Json> {
        match method {
            "describe" => Some(describe()),
            "start" => Some(self.start(params)),
            "operate" => Some(self.operate(params)),
            "advance" | "set_clock" => Some(map(vec![("nextTimer", Json::Null)])),
            "stop" => Some(self.stop()),
            _ => None,
        }
    }

    fn start(&mut self, params: &Json) -> Json {
        self.stop();
        let started = Client::start(Settings {
            params: params.clone(),
            product: or_else("DLS_PRODUCT", "dbr"),
            is_lts: or_else("DLS_GENERATION", "dls") == "lts",
            bug: or_else("PLAIN_BUG", ""),
        });
        match started {
            Ok(client) => {
                self.client = Some(client);
                told("authorized", None)
            }
            Err(refusal) => told("authorized", Some(refusal)),
        }
    }

    fn operate(&mut self, params: &Json) -> Json {
        let Some(client) = &self.client else {
            let message = "There is no session.".into();
            return told("performed", Some(Refusal { code: -20000, message }));
        };
        let count = params.get("count").number().unwrap_or(0);
        let kind = params.get("type").text().unwrap_or("");
        client.record(kind, count, params.get("success").is_true());
        told("performed", None)
    }

    fn stop(&mut self) -> Json {
        if let Some(client) = self.client.take() {
            client.stop();
        }
        map(vec![])
    }
}

fn describe() -> Json {
    let generation = or_else("DLS_GENERATION", "dls");
    let mut capabilities: Vec<Json> =
        ["session-password", "standby-server", "product-keys", "restart-in-process"]
            .map(Json::from)
            .into();
    if generation == "dls" {
        capabilities.push("organization-id".into());
    }
    let sdk = map(vec![
        ("name", "plain-rust".into()),
        ("version", "1.0.0".into()),
        ("language", "rust".into()),
    ]);
    map(vec![
        ("contract", Json::Number(1)),
        ("sdk", sdk),
        ("product", or_else("DLS_PRODUCT", "dbr").as_str().into()),
        ("generation", generation.as_str().into()),
        ("clock", "preload".into()),
        ("capabilities", Json::List(capabilities)),
    ])
}

fn told(field: &str, refusal: Option<Refusal>) -> Json {
    let is_done = refusal.is_none();
    let error = refusal.map_or(Json::Null, |refusal| {
        let message = refusal.message.as_str().into();
        map(vec![("code", Json::Number(refusal.code)), ("message", message)])
    });
    map(vec![(field, Json::Bool(is_done)), ("error", error), ("nextTimer", Json::Null)])
}

fn main() {
    let mut driver = Driver { client: None };
    for line in stdin().lock().lines().map_while(Result::ok) {
        let request = Json::parse(&line);
        let method = request.get("method").text().unwrap_or("");
        let outcome = match driver.answer_to(method, request.get("params")) {
            Some(result) => ("result", result),
            None => {
                let message = "method not found".into();
                ("error", map(vec![("code", Json::Number(-32601)), ("message", message)]))
            }
        };
        let id = request.get("id").clone();
        let answer = map(vec![("jsonrpc", "2.0".into()), ("id", id), outcome]);
        let mut out = stdout().lock();
        if writeln!(out, "{}", answer.render()).and_then(|()| out.flush()).is_err() {
            break;
        }
    }
    driver.stop();
}
