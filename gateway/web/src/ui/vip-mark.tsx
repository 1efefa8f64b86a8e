export function VipMark() {
  return (
    <span className="vip-mark" title="VIP">
      VIP
    </span>
  )
}
