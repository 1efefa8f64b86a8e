import type {
  DescriptorProto,
  EnumDescriptorProto,
  FileDescriptorProto,
  ServiceDescriptorProto,
} from '@bufbuild/protobuf/wkt'

type Commented = DescriptorProto | EnumDescriptorProto | ServiceDescriptorProto

// Field numbers of descriptor.proto, of which the paths in SourceCodeInfo are made.
const IN_FILE = { message: 4, enum: 5, service: 6 }
const IN_MESSAGE = { field: 2, nested: 3, enum: 4 }
const CHILD = 2

/** Leading comments by descriptor: they are the documentation of the API. */
export function readComments(file: FileDescriptorProto, into: Map<object, string>): void {
  const byPath = new Map<string, string>()
  for (const { path, leadingComments } of file.sourceCodeInfo?.location ?? []) {
    if (leadingComments !== '') byPath.set(path.join(), leadingComments.replace(/^ /gm, '').trim())
  }
  const note = (proto: object, path: number[]) => {
    const text = byPath.get(path.join())
    if (text !== undefined) into.set(proto, text)
  }
  const walk = (type: Commented, path: number[]): void => {
    note(type, path)
    if ('field' in type) {
      type.field.forEach((field, i) => note(field, [...path, IN_MESSAGE.field, i]))
      type.nestedType.forEach((nested, i) => walk(nested, [...path, IN_MESSAGE.nested, i]))
      type.enumType.forEach((nested, i) => walk(nested, [...path, IN_MESSAGE.enum, i]))
    } else {
      const children = 'value' in type ? type.value : type.method
      children.forEach((child, i) => note(child, [...path, CHILD, i]))
    }
  }
  file.messageType.forEach((type, i) => walk(type, [IN_FILE.message, i]))
  file.enumType.forEach((type, i) => walk(type, [IN_FILE.enum, i]))
  file.service.forEach((type, i) => walk(type, [IN_FILE.service, i]))
}
