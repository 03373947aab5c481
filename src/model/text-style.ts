/** How text is laid out for one stream. */
export interface TextStyle {
  readonly widthColumns: number;
  readonly color: boolean;
  /** Nothing but ASCII is printed. */
  readonly ascii: boolean;
}
