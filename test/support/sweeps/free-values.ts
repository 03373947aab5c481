/**
 * What a trusted signer may say without anything in the package that could contradict it, by the ending of the
 * document's name: place, and why nothing can. Whoever adds a check that can contradict takes the line away: the sweep
 * of false values fails while a place that is listed here is noticed after all.
 */
export const FREE_VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ".installers.json": {
    operator_notes: "prose",
    "operator_notes[]": "prose",
    "targets[].install_command": "prose for a shell: where a machine keeps programs is not in the package",
    "targets[].install_method": "as the command",
    "targets[].install_path": "as the command",
    "targets[].verification_command": "prose for a shell",
  },
};
