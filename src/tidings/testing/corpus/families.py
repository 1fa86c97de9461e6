"""The events that Segment's Spec names, by family, and the properties that each carries."""

from typing import Final

_PRODUCT = "product_id sku category name brand variant price quantity coupon position url image_url"
_ORDER = "checkout_id order_id affiliation total subtotal revenue shipping tax discount coupon currency products"
_VIDEO = (
    "session_id content_asset_ids content_pod_ids video_position total_length bitrate framerate video_player sound "
)
_VIDEO += "full_screen ad_enabled quality livestream"
_CONTENT = (
    "session_id asset_id pod_id title description season episode genre publisher position total_length livestream"
)
_AD = "session_id asset_id pod_id pod_position pod_length ad_type title publisher position total_length load_type"
_MAIL = "email_id email_subject campaign_id campaign_name"
_PUSH = "action campaign"
_APP = "version build"

FAMILIES: Final[dict[str, dict[str, str]]] = {
    "b2b_saas": {
        "Account Created": "account_name",
        "Account Deleted": "account_name",
        "Signed Up": "type first_name last_name email phone username title",
        "Signed In": "username",
        "Signed Out": "username",
        "Invite Sent": "invitee_email invitee_first_name invitee_last_name invitee_role",
        "Account Added User": "role",
        "Account Removed User": "",
        "Trial Started": "trial_start_date trial_end_date trial_plan_name",
        "Trial Ended": "trial_start_date trial_end_date trial_plan_name",
    },
    "ecommerce": {
        "Products Searched": "query",
        "Product List Viewed": "list_id category products",
        "Product List Filtered": "list_id filters sorts products",
        "Promotion Viewed": "promotion_id creative name position",
        "Promotion Clicked": "promotion_id creative name position",
        "Product Clicked": _PRODUCT,
        "Product Viewed": _PRODUCT + " currency value",
        "Product Added": "cart_id " + _PRODUCT,
        "Product Removed": "cart_id " + _PRODUCT,
        "Cart Viewed": "cart_id products",
        "Checkout Started": _ORDER,
        "Checkout Step Viewed": "checkout_id step shipping_method payment_method",
        "Checkout Step Completed": "checkout_id step shipping_method payment_method",
        "Payment Info Entered": "checkout_id order_id step shipping_method payment_method",
        "Order Updated": _ORDER,
        "Order Completed": _ORDER,
        "Order Refunded": "order_id total currency products",
        "Order Cancelled": _ORDER,
        "Coupon Entered": "order_id cart_id coupon_id",
        "Coupon Applied": "order_id cart_id coupon_id coupon_name discount",
        "Coupon Denied": "order_id cart_id coupon_id reason",
        "Coupon Removed": "order_id cart_id coupon_id coupon_name discount",
        "Product Added to Wishlist": "wishlist_id wishlist_name " + _PRODUCT,
        "Product Removed from Wishlist": "wishlist_id wishlist_name " + _PRODUCT,
        "Wishlist Product Added to Cart": "wishlist_id wishlist_name cart_id " + _PRODUCT,
        "Product Shared": "share_via share_message recipient " + _PRODUCT,
        "Cart Shared": "share_via share_message recipient cart_id products",
        "Product Reviewed": "product_id review_id review_body rating",
    },
    "mobile": {
        "Application Installed": _APP,
        "Application Opened": _APP + " from_background referring_application url",
        "Application Backgrounded": "",
        "Application Updated": _APP + " previous_version previous_build",
        "Application Uninstalled": "",
        "Application Crashed": "",
        "Install Attributed": "provider campaign",
        "Push Notification Received": _PUSH,
        "Push Notification Tapped": _PUSH,
        "Push Notification Bounced": _PUSH,
        "Deep Link Clicked": "provider url",
        "Deep Link Opened": "provider url",
    },
    "video": {
        **dict.fromkeys(
            (
                "Video Playback Started",
                "Video Playback Paused",
                "Video Playback Interrupted",
                "Video Playback Buffer Started",
                "Video Playback Buffer Completed",
                "Video Playback Seek Started",
                "Video Playback Seek Completed",
                "Video Playback Resumed",
                "Video Playback Completed",
                "Video Playback Exited",
                "Video Quality Updated",
            ),
            _VIDEO,
        ),
        **dict.fromkeys(("Video Content Started", "Video Content Playing", "Video Content Completed"), _CONTENT),
        **dict.fromkeys(("Video Ad Started", "Video Ad Playing", "Video Ad Completed"), _AD),
    },
    "live_chat": {
        "Live Chat Conversation Started": "agent_id agent_name agent_username conversation_id",
        "Live Chat Message Sent": "agent_id agent_name conversation_id message_id message_body",
        "Live Chat Message Received": "agent_id agent_name conversation_id message_id message_body",
        "Live Chat Conversation Ended": "agent_id agent_name conversation_id conversation_duration",
    },
    "email": {
        "Email Delivered": _MAIL,
        "Email Opened": _MAIL,
        "Email Link Clicked": _MAIL + " link_id link_url",
        "Email Bounced": _MAIL,
        "Email Marked as Spam": _MAIL,
        "Unsubscribed": _MAIL + " list_id list_name",
    },
    "ab_testing": {"Experiment Viewed": "experiment_id experiment_name variation_id variation_name"},
}
"""Family → event → the names of its properties, as `words.py` knows them."""
