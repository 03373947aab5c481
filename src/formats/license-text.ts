import { contentDigest } from "./content-digest.ts";
import { LICENSE_TEXTS } from "./license-texts.ts";
import { readLicenseExpression } from "./spdx-expression.ts";

/** Longer than the longest licence in use; the rest of such a file is not a licence text. */
export const MAX_LICENSE_TEXT_BYTES = 256 * 1024;

/**
 * The SPDX expression that a licence file declares: that of its SPDX-License-Identifier tag, or the identifier of the
 * licence whose text it is, word for word. undefined when it is neither: nearly a licence is another licence.
 */
export function declaredByText(text: string): string | undefined {
  const tags = [...text.matchAll(TAG)].map(([, expression = ""]) => expression.trim());
  const [tag, other] = new Set(tags);
  if (tag !== undefined) {
    const isSound = other === undefined && readLicenseExpression(tag).problem === undefined;
    return isSound ? tag : undefined;
  }
  return LICENSE_TEXTS.get(licenseTextDigest(text));
}

const TAG = /SPDX-License-Identifier:[ \t]*([A-Za-z0-9.+() :-]{1,200})/g;

/**
 * SHA-256 of the words of a licence text, as the SPDX matching guidelines read it (SPDX 2.3, Annex B): without copyright
 * notices, title, list markers, punctuation and case, with one spelling of each word, and with the names that the
 * templates leave open replaced.
 */
export function licenseTextDigest(text: string): string {
  const lines = text
    .replaceAll("\r\n", "\n")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !isNotice(line));
  const withoutTitle = TITLES.test(lines[0] ?? "") ? lines.slice(1) : lines;
  const words = withoutTitle
    .map((line) => line.replace(LIST_MARKER, ""))
    .join(" ")
    .toLowerCase()
    .replaceAll(/https?:/g, "http:")
    .replaceAll(/(?<=[a-z])-\s*(?=[a-z])/g, "")
    .match(/[a-z0-9]+/g);
  const plain = VARIANTS.reduce((all, [from, to]) => all.replaceAll(from, to), (words ?? []).join(" "));
  return contentDigest(plain);
}

/** A notice says who and when. With a word of permission in it, it may be a term of the licence, and stays. */
function isNotice(line: string): boolean {
  if (/^all rights reserved\.?$/i.test(line)) return true;
  if (line.length > MAX_NOTICE_CHARACTERS || TERMS.test(line)) return false;
  return /^(?:Copyright(?! (?:and|notice|holders?|owners?|laws?)\b)|COPYRIGHT \(C\)|\([cC]\)|©)/.test(line);
}

const MAX_NOTICE_CHARACTERS = 160;
const TERMS =
  /\b(?:licen[cs]e[ds]?|permi\w+|must|may|shall|use[ds]?|only|except\w*|warrant\w*|conditions?)\b/i;
const TITLES =
  /^\(?(?:the )?(?:mit|mit license \(mit\)|mit license|mit-0|mit no attribution|(?:new |modified |simplified |revised )?bsd(?: [0234]-clause)?(?: "?(?:new|simplified|original)"?)?(?: or "?(?:revised|freebsd|old)"?)?(?: license)?|bsd zero clause license|zero-clause bsd|isc license(?: \(isc\)| \(iscl\))?|zlib license|zlib\/libpng license|boost software license - version 1\.0 - august 17th, 2003)\)?[.:]?$/i;
const LIST_MARKER = /^(?:[*+•-]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+/i;

/** Equal by the guidelines (B.8, equivalent words), or left open by the templates of the licences named. */
const VARIANTS: readonly (readonly [RegExp, string])[] = [
  [/\blicence/g, "license"],
  [/\backnowledgement/g, "acknowledgment"],
  [/\bcopyright owner/g, "copyright holder"],
  [/\bsub license/g, "sublicense"],
  [/ including the next paragraph\b/g, ""],
  [/\band or distribute\b/g, "and distribute"],
  [
    /\bneither the names? of .{1,120}? nor the names of (?:its|their|the|any) contributors\b/g,
    "neither name nor names",
  ],
  [
    /\bsoftware is provided by .{1,120}? as is and any express(?:ed)? or implied\b/g,
    "software is provided as is",
  ],
  [/\bas is and .{1,60}? disclaims all warranties\b/g, "as is disclaims all warranties"],
  [/\bin no event shall .{1,160}? be liable for any\b/g, "in no event liable for any"],
  // The Free Software Foundation moved; the licences did not change.
  [
    /\b(?:59 temple place suite 330|51 franklin st(?:reet)? fifth floor) boston ma 0211[01] 130[17] usa\b/g,
    "",
  ],
];
