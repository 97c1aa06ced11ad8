// Vietnamese terms that sort lesions of PET/CT reports by type, position and FDG uptake; first hit decides.

/** Category and the terms (lower case) of which any one within a text puts it there. Order matters. */
export type Categories = readonly (readonly [category: string, terms: readonly string[]])[];

export interface LesionTerms {
  readonly types: Categories;
  readonly positions: Categories;
  readonly uptake: Categories;
  /** Type of a shape that is not said or that no term knows. */
  readonly otherType: string;
  /** Position or uptake that is not said or that no term knows. */
  readonly unsaid: string;
  /** Locations that are one place although they hold a comma or an "and". */
  readonly wholePlaces: readonly string[];
  /** Categories that agree with nothing, not even with themselves. */
  readonly neverEqual: readonly string[];
}

/**
 * The categories of the released evaluator in the fewest terms: a phrase that holds a shorter one adds nothing. They
 * sort every description of the released outputs as it does. Its faults are kept: "khác" (no term knows the shape) is
 * not the "khac" that never agrees, "hai bên" (both sides) is the place "khac" before any organ is looked for, and the
 * left thyroid lobe lies in the lung.
 */
export const PUBLISHED_TERMS: LesionTerms = {
  types: [
    ['hạch', ['hạch']],
    ['nốt mờ', ['nốt mờ']],
    ['kính mờ', ['kính mờ']],
    ['khối mờ', ['khối mờ', 'hình ảnh đám mờ']],
    ['dày màng phổi', ['dày màng phổi', 'dày khu trú màng phổi']],
    ['dày tổ chức kẽ', ['dày tổ chức kẽ', 'hình ảnh dày kẽ', 'tổn thương dày kẽ']],
    ['dải mờ', ['dải mờ']],
    ['đông đặc', ['hình ảnh dạng đông đặc', 'tổn thương dạng đông đặc']],
    ['tràn dịch', ['tràn dịch màng phổi']],
    ['mô mềm', ['tổn thương tỉ trọng mô mềm']],
    ['dày thành', ['dày thành', 'dày niêm mạc', 'dày nhẹ niêm mạc', 'dày khu trú', 'dày không đều']],
    ['nốt vôi hoá', ['nốt vôi hóa']],
    ['tăng chuyển hoá', ['tăng chuyển hóa fdg', 'tăng nhẹ chuyển hóa']],
    ['khac', ['không có', 'không đặc hiệu', 'nốt tuyến thượng thận', 'tổn thương']],
  ],
  positions: [
    [
      'khac',
      [
        ...['hai bên', 'bên trái', 'bên phải', 'cạnh phải', 'thành sau', 'không có', 'phần mềm'],
        ...['thành ngực trước', 'thành ngực phải', 'tuyến vú trái', '¼ trên ngoài vú trái'],
        ...['thận trái', 'cổ tử cung', 'đoạn 1/3 trên', 'đoạn 1/3 giữa'],
      ],
    ],
    [
      'trung_that',
      [
        ...['trung thất', 'rốn phổi', 'trước carina', 'dưới carina', 'trước mạch máu', 'đoạn thấp'],
        ...['trước khí quản', 'cạnh khí quản', 'khí quản đoạn cao', 'cạnh phế quản gốc phải'],
        ...['dưới quai động mạch chủ', 'trước quai động mạch chủ', 'cạnh quai động mạch chủ'],
        ...['trước động mạch chủ', 'cửa sổ chủ phổi', 'cửa sổ phế chủ', 'cạnh thực quản'],
        ...['thực quản 1/3 trên', 'thực quản 1/3 giữa', 'thực quản 1/3 dưới', '1/3 giữa thực quản'],
      ],
    ],
    [
      'phoi',
      [
        ...['phổi phải', 'hai phổi', 'thùy trên phổi trái', 'thùy dưới phổi trái', 'đỉnh phổi trái'],
        ...['nhu mô phổi trái', 'màng phổi trái', 'dưới màng phổi', 'hạ phân thùy ii thùy trên'],
        ...['dính vào rãnh liên thùy', 'thùy trái tuyến giáp'],
      ],
    ],
    ['bung', ['trực tràng', 'cạnh tâm vị']],
    [
      'cổ',
      [
        ...['góc hàm', 'dưới cằm', 'thượng đòn phải', 'thượng đòn trái', 'hạ đòn phải'],
        ...['nhóm iib trái', 'dọc cơ ức đòn chũm trái'],
      ],
    ],
    ['nách', ['hố nách', 'nách phải', 'nách trái', 'hạch nách nhỏ']],
  ],
  uptake: [
    ['tăng', ['có tăng', 'cao', 'không đều', 'nhẹ', 'tăng ít', 'di căn hạch']],
    ['không tăng', ['không', 'chưa rõ']],
  ],
  otherType: 'khác',
  unsaid: 'không rõ',
  wholePlaces: [],
  neverEqual: ['khac'],
};

/**
 * Mended: what no term knows agrees with nothing, organs are looked for before sides, organs outside the chest have
 * places of their own, and "not increased" is looked for before "increased".
 */
export const STRICT_TERMS: LesionTerms = {
  types: [
    ['node', ['hạch']],
    ['nodule', ['nốt mờ', 'nốt đặc', 'nốt bán đặc', 'nốt phổi']],
    ['ground glass', ['kính mờ', 'mờ kính']],
    ['mass', ['khối', 'đám mờ']],
    ['pleural thickening', ['dày màng phổi', 'dày khu trú màng phổi', 'dày dính màng phổi']],
    ['interstitial thickening', ['tổ chức kẽ', 'dày kẽ']],
    ['band', ['dải mờ', 'dải xơ']],
    ['consolidation', ['đông đặc']],
    ['effusion', ['tràn dịch', 'dịch màng phổi', 'dịch tự do']],
    ['bone lesion', ['tiêu xương', 'hủy xương', 'đặc xương', 'kết đặc']],
    ['calcification', ['vôi hóa', 'vôi hoá']],
    ['cyst', ['nang']],
    ['wall thickening', ['dày thành', 'niêm mạc', 'dày khu trú', 'dày không đều', 'dày nhẹ']],
    ['soft tissue', ['mô mềm', 'tỉ trọng tổ chức']],
    ['uptake only', ['tăng chuyển hóa', 'tăng chuyển hoá', 'tăng nhẹ chuyển h', 'tăng hấp thu']],
  ],
  positions: [
    ['axilla', ['nách']],
    ['hilum', ['rốn phổi']],
    [
      'mediastinum',
      ['trung thất', 'carina', 'khí quản', 'phế quản', 'mạch máu', 'quai động mạch chủ', 'cửa sổ'],
    ],
    ['oesophagus', ['thực quản', 'tâm vị']],
    ['pleura', ['màng phổi', 'rãnh liên thùy']],
    ['thyroid', ['tuyến giáp']],
    ['lung', ['phổi', 'phân thùy', 'thùy trên', 'thùy giữa', 'thùy dưới', 'thùy lưỡi']],
    ['liver', ['gan']],
    ['stomach', ['dạ dày', 'bờ cong']],
    ['bowel', ['đại tràng', 'trực tràng', 'ruột', 'manh tràng', 'tá tràng']],
    ['adrenal', ['thượng thận']],
    ['kidney', ['thận']],
    ['pancreas', ['tụy']],
    ['spleen', ['lách']],
    ['pelvis', ['tử cung', 'buồng trứng', 'tiền liệt', 'bàng quang', 'tiểu khung', 'chậu', 'bẹn']],
    ['abdomen', ['ổ bụng', 'mạc treo', 'phúc mạc', 'động mạch chủ bụng', 'cạnh động mạch chủ', 'mạc nối']],
    ['breast', ['vú']],
    [
      'neck',
      [
        ...['cổ', 'góc hàm', 'dưới hàm', 'dưới cằm', 'ức đòn chũm', 'thượng đòn', 'hạ đòn', 'máng cảnh'],
        ...['nhóm i', 'nhóm v'],
      ],
    ],
    [
      'head',
      ['não', 'vòm', 'amydal', 'amidan', 'lưỡi', 'hầu', 'họng', 'thanh quản', 'xoang', 'mang tai', 'hốc mũi'],
    ],
    ['bone', ['xương', 'đốt sống', 'cột sống', 'sườn', 'thân đốt']],
    ['chest wall', ['thành ngực', 'phần mềm', 'cơ']],
  ],
  uptake: [
    ['not increased', ['không có', 'không tăng', 'chưa', 'giảm']],
    ['increased', ['tăng', 'cao', 'nhẹ', 'có', 'không đều']],
  ],
  otherType: 'unknown',
  unsaid: 'unknown',
  wholePlaces: [],
  neverEqual: ['unknown'],
};
