// The words of ViPET: what is asked, in Vietnamese as the reports are, and the keys that lesions are written down with.

/** Keys of a lesion in the release. */
export const LESION_KEYS = {
  size: 'Kích thước khối u, tổn thương, bất thường',
  shape: 'Hình dạng của khối u, tổn thương, bất thường',
  location: 'Vị trí của khối u, tổn thương, bất thường',
  fdg: 'Mức độ FDG',
  suv: 'SUVmax',
  uptake: 'Tăng chuyển hoá FDG',
  invasion: 'Xâm lấn',
  stage: 'Giai đoạn chuyển hoá',
} as const;

const SCAN = 'Ảnh PET/CT toàn thân với FDG của một bệnh nhân.';

/** Our own wording; the task and the language are the release's. */
export function promptOf(type: string, question: string): string {
  if (type === 'question') return `${SCAN}\nCâu hỏi: ${question}\nTrả lời ngắn gọn bằng tiếng Việt.`;
  if (type === 'lesions')
    return [
      SCAN,
      'Liệt kê mọi tổn thương. Trả lời bằng một danh sách JSON, mỗi tổn thương là một đối tượng với các khóa:',
      `"${LESION_KEYS.size}", "${LESION_KEYS.shape}", "${LESION_KEYS.location}",`,
      `"${LESION_KEYS.fdg}": {"${LESION_KEYS.suv}", "${LESION_KEYS.uptake}"}, "${LESION_KEYS.invasion}", "${LESION_KEYS.stage}".`,
      'Điều gì không rõ thì ghi "Không có".',
    ].join('\n');
  return [
    SCAN,
    'Viết báo cáo bằng tiếng Việt: mô tả vùng đầu – cổ, lồng ngực, ổ bụng – khung chậu và hệ cơ – xương, rồi kết luận.',
  ].join('\n');
}
