// Numbers in files that others read: what `gaussflow/files` exports.
export { formatCsv, parseCsv, type Table } from './csv.ts'
export { formatNpy, parseNpy } from './npy.ts'
export { formatSafetensors, parseSafetensors, safetensorsMetadata } from './safetensors.ts'
