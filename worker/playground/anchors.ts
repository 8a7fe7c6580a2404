/** Links within the page lead to their part but leave the hash alone, which holds the seed and the rest of the view. */
export function keepHash(): void {
  document.addEventListener('click', (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[href^="#"]')
    const part = link && document.getElementById(link.hash.slice(1))
    if (!part) return
    event.preventDefault()
    part.tabIndex = -1
    part.focus({ preventScroll: true })
    part.scrollIntoView()
  })
}
