import * as v from 'valibot'

/** An object with these fields and no others; what is not known is refused with the list of what is. */
export function fields<const T extends v.ObjectEntries>(
  entries: T
): v.StrictObjectSchema<T, v.ErrorMessage<v.StrictObjectIssue>> {
  const known = Object.keys(entries).join(', ')
  return v.strictObject(entries, ({ expected }) =>
    expected === 'never' ? `is not a field that is known here; known are ${known}` : 'must be an object'
  )
}
