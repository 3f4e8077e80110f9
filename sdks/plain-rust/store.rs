//! What is kept on disk: the client UUID, licences, and usage not submitted yet.

use crate::json::{map, Json};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The units of one slot; once sealed it grows no more.
#[derive(Clone)]
pub struct Report {
    pub id: i64,
    pub slot: i64,
    pub code: Option<String>,
    pub organization: Option<String>,
    pub usage: Vec<(String, i64)>,
    pub is_sealed: bool,
}

/// A grant that holds for a while without a server.
pub struct Licence {
    pub selector: String,
    pub code: Option<String>,
    pub until: String,
}

pub struct Store {
    path: PathBuf,
    pub uuid: String,
    pub last: i64,
    pub licences: Vec<Licence>,
    /// Oldest first.
    pub reports: Vec<Report>,
}

impl Store {
    pub fn open(folder: &Path) -> std::io::Result<Store> {
        fs::create_dir_all(folder)?;
        let path = folder.join("state.json");
        let state = fs::read_to_string(&path).map_or(Json::Null, |text| Json::parse(&text));
        let mut store = Store {
            path,
            uuid: state.get("uuid").text().unwrap_or("").into(),
            last: state.get("last").number().unwrap_or(0),
            licences: state.get("licences").list().iter().map(read_licence).collect(),
            reports: state.get("reports").list().iter().map(read_report).collect(),
        };
        if store.uuid.is_empty() {
            store.uuid = new_uuid()?;
            store.save()?;
        }
        Ok(store)
    }

    /// Puts it in place of what was there, in one step.
    pub fn save(&self) -> std::io::Result<()> {
        let fresh = self.path.with_extension("new");
        let state = map(vec![
            ("uuid", self.uuid.as_str().into()),
            ("last", Json::Number(self.last)),
            ("licences", Json::List(self.licences.iter().map(written_licence).collect())),
            ("reports", Json::List(self.reports.iter().map(written_report).collect())),
        ]);
        fs::write(&fresh, state.render())?;
        fs::rename(fresh, &self.path)
    }
}

fn new_uuid() -> std::io::Result<String> {
    let mut bytes = [0u8; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    bytes[6] = bytes[6] & 0x0F | 0x40;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
    Ok(parts.join("-"))
}

fn owned(value: &Json) -> Option<String> {
    value.text().map(String::from)
}

fn read_licence(json: &Json) -> Licence {
    Licence {
        selector: owned(json.get("selector")).unwrap_or_default(),
        code: owned(json.get("code")),
        until: owned(json.get("until")).unwrap_or_default(),
    }
}

fn written_licence(licence: &Licence) -> Json {
    map(vec![
        ("selector", licence.selector.as_str().into()),
        ("code", licence.code.as_deref().into()),
        ("until", licence.until.as_str().into()),
    ])
}

fn read_report(json: &Json) -> Report {
    let usage = match json.get("usage") {
        Json::Map(fields) => fields
            .iter()
            .map(|(kind, count)| (kind.clone(), count.number().unwrap_or(0)))
            .collect(),
        _ => Vec::new(),
    };
    Report {
        id: json.get("id").number().unwrap_or(0),
        slot: json.get("slot").number().unwrap_or(0),
        code: owned(json.get("code")),
        organization: owned(json.get("organization")),
        usage,
        is_sealed: json.get("sealed").is_true(),
    }
}

fn written_report(report: &Report) -> Json {
    let usage = report.usage.iter();
    map(vec![
        ("id", Json::Number(report.id)),
        ("slot", Json::Number(report.slot)),
        ("code", report.code.as_deref().into()),
        ("organization", report.organization.as_deref().into()),
        ("usage", Json::Map(usage.map(|(kind, count)| (kind.clone(), Json::Number(*count))).collect())),
        ("sealed", Json::Bool(report.is_sealed)),
    ])
}
