//! Documents around a generated template.

/// A document with a place for a template: the text before it, its indentation, and the text after it.
pub(super) const HOSTS: [(&str, usize, &str); 3] = [
    (
        "Resources:\n  Set:\n    Type: AWS::CloudFormation::StackSet\n    Properties:\n      TemplateBody: |\n",
        8,
        "      StackSetName: base # 基本\n",
    ),
    ("kind: ConfigMap\ndata:\n  template.yaml: |2\n", 4, "  other: value\n"),
    ("- x\n- |\n", 2, ""),
];

/// Returns the newline of the first line of a template.
pub(super) fn first_newline(template: &str) -> &'static str {
    let first_line = template.find(['\n', '\r']).unwrap_or(template.len());
    match &template[first_line..] {
        rest if rest.starts_with("\r\n") => "\r\n",
        rest if rest.starts_with('\r') => "\r",
        _ => "\n",
    }
}

/// Puts a template into a host, between lines with this newline.
///
/// Returns `None` if the template cannot be a part of a literal block scalar without more changes.
pub(super) fn hosted(template: &str, newline: &str, (before, indent, after): (&str, usize, &str)) -> Option<String> {
    let is_marker = |line: &str| ["---", "...", "%"].iter().any(|marker| line.starts_with(marker));
    let lines: Vec<_> = template.split(['\n', '\r']).collect();
    // Lines that begin with blanks and tabs are not dedented.
    let fits = !template.contains('\t')
        && !lines.iter().any(|line| is_marker(line))
        && !template.starts_with([' ', '\t', '\u{feff}', '\n', '\r']);
    fits.then(|| {
        let text = indented(template, &" ".repeat(indent));
        let is_open = !text.ends_with(['\n', '\r']) && !after.is_empty();
        let end = if is_open { newline } else { "" };
        [before, after]
            .map(|part| part.replace('\n', newline))
            .join(&(text + end))
    })
}

/// Indents all lines that are not empty.
fn indented(template: &str, margin: &str) -> String {
    let mut indented = String::new();
    let mut is_start = true;
    for c in template.chars() {
        let is_newline = matches!(c, '\n' | '\r');
        if is_start && !is_newline {
            indented.push_str(margin);
        }
        is_start = is_newline;
        indented.push(c);
    }
    indented
}
