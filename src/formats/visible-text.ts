// Controls, format characters (bidirectional ones among them), lone surrogates, private use, line and paragraph
// separators, all that fonts leave out, and every blank that only looks like one.
const NEVER_PRINTED = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;
const NOT_ASCII = /[^\u0000-\u007f]/gu;

/**
 * Text of strangers as a person may see it: every character that moves the cursor, hides, reorders or cannot be seen is
 * written as `\u{..}` (CVE-2021-42574 is what happens otherwise). With `asciiOnly`, so is all that is not ASCII.
 */
export function visibleText(text: string, asciiOnly = false): string {
  const visible = text.replace(NEVER_PRINTED, escapeCharacter);
  return asciiOnly ? visible.replace(NOT_ASCII, escapeCharacter) : visible;
}

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
