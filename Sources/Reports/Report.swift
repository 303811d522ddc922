/// Reports: pure functions from a value to text. Equal values give equal text, byte for byte.
///
/// They know no file, no terminal and no substrate; what is not in the value is not in the report.
public enum Report {}
