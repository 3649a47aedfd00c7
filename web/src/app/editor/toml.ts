// How a scenario's text looks: the page's colours, and the words of TOML told apart.
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language'
import { toml as mode } from '@codemirror/legacy-modes/mode/toml'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** The mode knows keys at the beginning of a line; ours also stand in braces, `q10` among them. */
export const toml = StreamLanguage.define({
  ...mode,
  token(stream, state) {
    const { inString } = state as { inString: boolean }
    if (!inString && stream.match(/^[A-Za-z_][\w-]*(?=\s*=)/)) return 'property'
    return mode.token(stream, state)
  },
})

export const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.comment, color: 'var(--quiet)', fontStyle: 'italic' },
    { tag: tags.propertyName, color: 'var(--ink)' },
    { tag: tags.string, color: 'var(--accent)' },
    { tag: [tags.number, tags.bool, tags.atom], color: 'var(--fair)' },
  ]),
)

export const look = EditorView.theme({
  '&': { height: '100%', fontSize: '0.8125rem', color: 'var(--ink)', backgroundColor: 'var(--raised)' },
  '&.cm-focused': { outline: '2px solid var(--accent)' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.45' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--sunken)', color: 'var(--quiet)', borderRight: '1px solid var(--rule)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--accent) 8%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--accent) 25%, transparent) !important',
  },
  '.cm-tooltip, .cm-panels': { backgroundColor: 'var(--raised)', color: 'var(--ink)', borderColor: 'var(--rule)' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { background: 'var(--accent)', color: 'var(--paper)' },
  '.cm-completionDetail': { fontStyle: 'normal', opacity: '0.75' },
  '.cm-completionInfo': { maxWidth: '22rem', padding: '0.5rem' },
  '.cm-diagnostic': { whiteSpace: 'pre-line', padding: '0.4rem 0.6rem' },
  '.cm-foldPlaceholder': { background: 'var(--sunken)', color: 'var(--quiet)', borderColor: 'var(--rule)' },
  '.cm-searchMatch': { backgroundColor: 'color-mix(in srgb, var(--fair) 35%, transparent)' },
})
