/** CPE 2.3 formatted string: eleven parts after `cpe:2.3`, special characters escaped (NISTIR 7695, 6.2). */
const PART = String.raw`(?:[*-]|(?:[A-Za-z0-9._~-]|\\[\\*?!"#$%&'()+,/:;<=>@[\]^${"`"}{|}~-]|[?*])+)`;
const CPE_23 = new RegExp(
  String.raw`^cpe:2\.3:[aho*-]:${PART}:${PART}:${PART}:${PART}:${PART}:(?:\*|-|[A-Za-z]{2,3}(?:-(?:[A-Za-z]{2}|[0-9]{3}))?):${PART}:${PART}:${PART}:${PART}$`,
);
/** CPE 2.2 URI (NISTIR 7695, 6.1). */
const CPE_22 = /^cpe:\/[aho]?(?::[A-Za-z0-9._~%-]*){0,6}$/;
const MAX_CPE_CHARACTERS = 1024;

export function isCpe23(text: string): boolean {
  return text.length <= MAX_CPE_CHARACTERS && CPE_23.test(text);
}

export function isCpe22(text: string): boolean {
  return text.length <= MAX_CPE_CHARACTERS && CPE_22.test(text);
}
