declare const htm: {
  bind<Node>(make: (...given: any[]) => Node): (strings: TemplateStringsArray, ...values: any[]) => Node | Node[];
};
export default htm;
