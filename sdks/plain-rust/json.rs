//! As much of JSON as the SDK and its driver need.

use std::fmt::Write;

/// A JSON value; numbers are whole.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(i64),
    Text(String),
    List(Vec<Json>),
    Map(Vec<(String, Json)>),
}

impl Json {
    /// The value in `text`; `Null` if it is none.
    pub fn parse(text: &str) -> Json {
        let mut reader = Reader { bytes: text.as_bytes(), at: 0 };
        reader.value().unwrap_or(Json::Null)
    }

    /// The field `name`; `Null` where there is none.
    pub fn get(&self, name: &str) -> &Json {
        match self {
            Json::Map(fields) => fields
                .iter()
                .find(|(field, _)| field == name)
                .map_or(&Json::Null, |(_, value)| value),
            _ => &Json::Null,
        }
    }

    pub fn text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn number(&self) -> Option<i64> {
        match self {
            Json::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub fn is_true(&self) -> bool {
        *self == Json::Bool(true)
    }

    pub fn list(&self) -> &[Json] {
        match self {
            Json::List(list) => list,
            _ => &[],
        }
    }

    pub fn render(&self) -> String {
        match self {
            Json::Null => "null".into(),
            Json::Bool(value) => value.to_string(),
            Json::Number(value) => value.to_string(),
            Json::Text(text) => quoted(text),
            Json::List(list) => {
                let parts: Vec<String> = list.iter().map(Json::render).collect();
                format!("[{}]", parts.join(","))
            }
            Json::Map(fields) => {
                let parts: Vec<String> = fields
                    .iter()
                    .map(|(name, value)| format!("{}:{}", quoted(name), value.render()))
                    .collect();
                format!("{{{}}}", parts.join(","))
            }
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Json {
        Json::Text(text.into())
    }
}

impl From<Option<&str>> for Json {
    fn from(text: Option<&str>) -> Json {
        text.map_or(Json::Null, Json::from)
    }
}

/// An object, field by field.
pub fn map(fields: Vec<(&str, Json)>) -> Json {
    Json::Map(fields.into_iter().map(|(name, value)| (name.into(), value)).collect())
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                out.push('\\');
                out.push(letter);
            }
            '\0'..='\x1f' => write!(out, "\\u{:04x}", letter as u32).expect("a string takes all"),
            _ => out.push(letter),
        }
    }
    out.push('"');
    out
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&mut self) -> Option<u8> {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    fn value(&mut self) -> Option<Json> {
        match self.peek()? {
            b'{' => self.map(),
            b'[' => self.list(),
            b'"' => self.string().map(Json::Text),
            _ => self.word(),
        }
    }

    /// Whether the list or map goes on; its comma or end is read.
    fn goes_on(&mut self, end: u8) -> Option<bool> {
        let found = self.peek()?;
        if found == end || found == b',' {
            self.at += 1;
        }
        Some(found != end)
    }

    fn map(&mut self) -> Option<Json> {
        let mut fields = Vec::new();
        self.at += 1;
        while self.goes_on(b'}')? {
            self.peek()?;
            let name = self.string()?;
            self.peek()?;
            self.at += 1;
            fields.push((name, self.value()?));
        }
        Some(Json::Map(fields))
    }

    fn list(&mut self) -> Option<Json> {
        let mut list = Vec::new();
        self.at += 1;
        while self.goes_on(b']')? {
            list.push(self.value()?);
        }
        Some(Json::List(list))
    }

    fn string(&mut self) -> Option<String> {
        let mut out = Vec::new();
        loop {
            self.at += 1;
            match *self.bytes.get(self.at)? {
                b'"' => break,
                b'\\' => self.escape(&mut out)?,
                byte => out.push(byte),
            }
        }
        self.at += 1;
        String::from_utf8(out).ok()
    }

    fn escape(&mut self, out: &mut Vec<u8>) -> Option<()> {
        self.at += 1;
        let kind = *self.bytes.get(self.at)?;
        let letter = match kind {
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'b' => '\x08',
            b'f' => '\x0c',
            b'u' => self.code_point()?,
            other => other as char,
        };
        out.extend(letter.to_string().bytes());
        Some(())
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = std::str::from_utf8(self.bytes.get(self.at + 1..self.at + 5)?).ok()?;
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    fn code_point(&mut self) -> Option<char> {
        let first = self.unit()?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first);
        }
        self.at += 2;
        let second = self.unit()?;
        char::from_u32(0x10000 + ((first - 0xD800) << 10) + second.checked_sub(0xDC00)?)
    }

    fn word(&mut self) -> Option<Json> {
        let begin = self.at;
        while self.bytes.get(self.at).is_some_and(|byte| !b",]} \r\n".contains(byte)) {
            self.at += 1;
        }
        match std::str::from_utf8(&self.bytes[begin..self.at]).ok()? {
            "null" => Some(Json::Null),
            "true" => Some(Json::Bool(true)),
            "false" => Some(Json::Bool(false)),
            number => number.parse().ok().map(Json::Number),
        }
    }
}
